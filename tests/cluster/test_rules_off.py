"""Without a rule, the pass that heeds rules makes the schedules of the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import policy
from hpcsim.cluster.rules import Rules

from .test_nodes import JOB, NODE, machine, shapes_from
from .worlds import WORLD


def columns(jobs):
    return (np.array(c, float) for c in list(zip(*jobs, strict=True))[:3])


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf", "wfp3-easy"])
@pytest.mark.parametrize("cycle", ["event", "instant", 3.0])
@given(nodes=st.lists(NODE, min_size=1, max_size=4), jobs=st.lists(JOB, min_size=1, max_size=14))
@settings(max_examples=50)
def test_nodes(name, cycle, nodes, jobs):
    jobs = sorted(
        (j for j in jobs if sum(c >= j[4] and m >= j[5] for c, m in nodes) >= j[3]),
        key=lambda j: j[0],
    )
    if not jobs:
        return
    shapes = shapes_from(jobs)
    found = []
    for rules in (None, Rules()):
        cluster = Cluster(
            machine(*nodes), policy(name), cycle=cycle, capacity=len(jobs), rules=rules
        )
        cluster.submit(*columns(jobs), shapes.cores, shapes=shapes)
        cluster.advance()
        found.append(
            (cluster.jobs["start"].tolist(), cluster.jobs["backfilled"].astype(bool).tolist())
        )
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf"])
@given(world=WORLD)
@settings(max_examples=50)
def test_a_pool(name, world):
    rows = [row for row, _ in world]
    submit, runtime, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    found = []
    for rules in (None, Rules()):
        cluster = Cluster(8, policy(name), capacity=len(rows), rules=rules)
        cluster.submit(submit, runtime, limit, cores.astype(np.int32))
        cluster.advance()
        found.append(cluster.jobs["start"].tolist())
    assert found[0] == found[1]
