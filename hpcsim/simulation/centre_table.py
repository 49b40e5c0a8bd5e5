"""The cluster's rows at the end of a run of the centre, as a table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hpcsim.center.research.jobs import Fate
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.state import COMPLETED, FOLLOWS, RUNNING, STATE_NAMES, UNSEEN
from workloads.arrow import column, texts

from .gather import gathered
from .job_table import reasons
from .labels import FATE_STATES, Labels

FIELDS = (
    "state", "submit", "arrival", "start", "end", "cores", "limit", "runtime", "backfilled",
)  # fmt: skip


def centre_table(cluster: Cluster, labels: Labels) -> pa.Table:
    """A row a job that somebody has sent, in the order of sending.

    `submit_s` is the moment at which a job could first have run: for a task of a pipeline, when
    all that it waits for had ended. One that still waits for others is HELD, with the moment at
    which its graph was handed in. Jobs that would have followed a job that has not ended do not
    exist yet.
    """
    every = cluster.jobs
    rows = np.flatnonzero((every["state"] > UNSEEN) | (every["dependent"] != FOLLOWS))
    jobs = gathered(every, rows, FIELDS)
    arrived, started = jobs["state"] > UNSEEN, jobs["state"] >= RUNNING
    ended = jobs["state"] >= COMPLETED
    submit = np.where(arrived, jobs["arrival"], jobs["submit"])
    return pa.table(
        {
            "job_id": column(rows + 1),
            "submit_s": column(submit),
            "start_s": column(jobs["start"], started),
            "end_s": column(jobs["end"], ended),
            "wait_s": column(jobs["start"] - submit, started),
            "cores": column(jobs["cores"]),
            "limit_s": column(jobs["limit"], np.isfinite(jobs["limit"])),
            "runtime_s": column(jobs["runtime"]),
            "state": _states(jobs["state"], labels.fates()[rows]),
            "user": labels.column("user", rows),
            "backfilled": column(jobs["backfilled"].astype(bool)),
            "reason": reasons(cluster, rows),
            "account": labels.column("account", rows),
            "queue": labels.column("queue", rows),
            "executable": labels.column("executable", rows),
        }
    )


def _states(states: np.ndarray, fates: np.ndarray) -> pa.Array:
    """States as people know them; a job that failed by itself says how."""
    names = [*STATE_NAMES, *FATE_STATES.values()]
    names[UNSEEN] = "HELD"
    known = list(dict.fromkeys(names))
    codes = np.array([known.index(name) for name in names], np.int8)[states]
    completed = states == COMPLETED
    for fate, name in FATE_STATES.items():
        codes[completed & (fates == Fate(fate))] = known.index(name)
    return pa.DictionaryArray.from_arrays(column(codes), texts(known))
