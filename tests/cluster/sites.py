"""Small sites as text, and worlds of jobs on them."""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Shapes
from hpcsim.cluster.policy import policy
from hpcsim.cluster.reasons import REASON_NAMES
from hpcsim.cluster.rulebook import Rulebook
from hpcsim.cluster.state import STATE_NAMES
from hpcsim.cluster.who import Who
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import loads

FOUR_CORES = """
[nodes.node]
count = 1
cores_per_socket = 4
memory_gib = 16
"""


def cluster(text, rows, name="easy", **options):
    """A cluster under the site `text` with jobs handed in: dictionaries of what differs.

    submit 0, runtime 10, limit = runtime, one node of one core, user ann, nothing else said.
    """
    site = loads(text)
    chosen = policy(name)
    book = Rulebook(site, computed=chosen.computed)
    made = Cluster(machine_of(site), chosen, capacity=len(rows), rulebook=book, **options)

    def column(key, default, kind=float):
        return np.array([row.get(key, default) for row in rows], kind)

    codes, names = {}, {}
    for key in ("user", "group", "account", "partition", "qos"):
        said = [row.get(key, "ann" if key == "user" else None) for row in rows]
        names[key] = sorted({each for each in said if each is not None})
        codes[key] = np.array([-1 if e is None else names[key].index(e) for e in said], np.int32)
    runtime = column("runtime", 10)
    limit = np.array([row.get("limit", r) for row, r in zip(rows, runtime, strict=True)], float)
    nodes, cores = column("nodes", 1, np.int32), column("cores", 1, np.int32)
    zeros = np.zeros(len(rows), np.int32)
    shapes = Shapes(nodes, cores, zeros, zeros, zeros.astype(np.int64), zeros.astype(bool))
    made.submit(
        column("submit", 0), runtime, limit, nodes * cores, shapes=shapes,
        who=Who.of(len(rows), names, nice=column("nice", 0, np.int32), **codes),
    )  # fmt: skip
    return made


def run(text, rows, name="easy", **options):
    """The finished cluster; everything that was counted must be back at nothing."""
    made = cluster(text, rows, name, **options)
    made.advance()
    state = made._state
    assert made.free_cores == made.cores
    for table, columns in ((state.meters, ("jobs", "submitted", "cores", "nodes", "rate")),
                           (state.assocs, ("rate",))):  # fmt: skip
        for each in columns:
            assert (table[each] == 0).all(), each
    assert np.allclose(state.meters["limits"], 0.0)
    return made


def starts(text, rows, name="easy", **options):
    return run(text, rows, name, **options).jobs["start"].tolist()


def states(made):
    return [STATE_NAMES[code] for code in made.jobs["state"]]


def longest(made):
    return [REASON_NAMES[code] for code in made.longest_reasons()]
