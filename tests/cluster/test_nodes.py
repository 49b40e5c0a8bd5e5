"""Nodes: where a job really fits, and what EASY keeps for the head."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Machine, Shapes, shapes_of
from hpcsim.cluster.policy import policy
from hpcsim.cluster.rules import Rules, Window
from hpcsim.cluster.state import COMPLETED
from hpcsim.errors import InputError

from .node_reference import Job, NodeReference
from .worlds import WORLD

GIB = 1024


def machine(*nodes):
    """A machine of (cores, memory in GiB) nodes."""
    cores, memory = zip(*nodes, strict=True)
    count = len(nodes)
    return Machine(
        cores=np.array(cores, np.int32),
        memory_mib=np.array(memory, np.int32) * GIB,
        gres=np.zeros(count, np.int32),
        mask=np.zeros(count, np.int64),
    )


def shapes_from(rows):
    """Shapes of jobs given as (submit, runtime, limit, nodes, cores, memory in GiB)."""
    nodes, cores, memory = (np.array(c, np.int32) for c in list(zip(*rows, strict=True))[3:6])
    nothing = np.zeros(len(rows), np.int32)
    mask = np.zeros(len(rows), np.int64)
    return Shapes(nodes, cores, memory * GIB, nothing, mask, np.zeros(len(rows), bool))


def run(on, rows, name="easy"):
    """The finished rows of (submit, runtime, limit, nodes, cores, memory in GiB) jobs."""
    submit, runtime, limit, _, cores, _ = (np.array(c) for c in zip(*rows, strict=True))
    shapes = shapes_from(rows)
    cluster = Cluster(on, policy(name), capacity=len(rows))
    cluster.submit(
        submit.astype(float), runtime.astype(float), limit.astype(float), cores, shapes=shapes
    )
    cluster.advance()
    assert cluster.free_cores == on.total_cores
    state = cluster._state
    assert state.free.tolist() == on.cores.tolist()
    assert state.nodes["free_memory"].tolist() == on.memory_mib.tolist()
    assert (state.nodes["first_share"] == -1).all()
    return cluster.jobs


def starts(on, rows, name="easy"):
    return run(on, rows, name)["start"].tolist()


def test_two_halves_do_not_hold_a_whole():
    """2 x 20 free cores do not hold a 40-core task."""
    two = machine((40, 192), (40, 192))
    world = [(0, 10, 10, 1, 20, 1), (0, 20, 20, 1, 40, 1), (1, 5, 5, 1, 40, 1), (2, 5, 5, 1, 20, 1)]
    assert starts(two, world) == [0, 0, 10, 2]


def test_memory_keeps_a_job_off_a_node_with_free_cores():
    one = machine((40, 100))
    assert starts(one, [(0, 10, 10, 1, 1, 80), (1, 5, 5, 1, 1, 30)]) == [0, 10]


def test_a_job_may_pass_on_nodes_that_the_head_does_not_need():
    # At 10 the head wants node 0 and 1 of three; one node can be spared, for any time.
    three = machine((4, 8), (4, 8), (4, 8))
    world = [(0, 10, 10, 2, 4, 1), (1, 10, 10, 2, 4, 1), (2, 99, 99, 1, 4, 1), (3, 9, 9, 1, 1, 1)]
    assert starts(three, world) == [0, 10, 2, 20]


def test_a_job_may_pass_beside_the_head_on_its_own_node():
    # The head wants 3 of the node's 4 cores at 10: one core is left, whatever runs on it.
    one = machine((4, 8))
    world = [(0, 10, 10, 1, 2, 1), (1, 10, 10, 1, 3, 1), (2, 99, 99, 1, 1, 1), (3, 99, 99, 1, 1, 1)]
    assert starts(one, world) == [0, 10, 2, 20]


def test_a_job_that_no_node_could_hold_is_refused_at_once():
    with pytest.raises(InputError, match="can never start"):
        run(machine((4, 8), (4, 8)), [(0, 1, 1, 1, 5, 1)])
    with pytest.raises(InputError, match="can never start"):
        run(machine((4, 8), (4, 8)), [(0, 1, 1, 3, 1, 1)])
    with pytest.raises(InputError, match="more memory for one core than any node"):
        shapes_of(np.array([1], np.int32), np.array([9 * GIB], np.float32), machine((4, 8)))


@pytest.mark.parametrize(
    ("cores", "memory_gib", "shape"),
    [(1, 1, (1, 1)), (4, 2, (1, 4)), (5, 1, (2, 3)), (8, 1, (2, 4)), (4, 4, (2, 2))],
)
def test_a_number_of_cores_becomes_equal_parts_of_as_few_nodes_as_it_takes(
    cores, memory_gib, shape
):
    shapes = shapes_of(
        np.array([cores], np.int32),
        np.array([memory_gib * GIB], np.float32),
        machine((4, 8), (4, 8), (4, 8)),
    )
    assert (shapes.nodes[0], shapes.cores[0]) == shape


@pytest.mark.parametrize(
    ("cores", "memory_gib", "shape"),
    [
        (8, 1, (2, 4)),
        (4, 4, (1, 4)),
        (8, 2, (2, 4)),
        (8, 4, (1, 8)),
        (16, 1, (4, 4)),
        (2, 9, (1, 2)),
    ],
)
def test_a_large_node_is_for_those_who_need_its_memory(cores, memory_gib, shape):
    large = machine((4, 8), (4, 8), (4, 8), (4, 8), (8, 64))
    memory = np.array([memory_gib * GIB], np.float32)
    shapes = shapes_of(np.array([cores], np.int32), memory, large)
    assert (shapes.nodes[0], shapes.cores[0]) == shape


NODE = st.tuples(st.sampled_from([2, 4]), st.sampled_from([2, 4]))
JOB = st.tuples(
    st.integers(0, 10),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(0, 4),
)


@pytest.mark.parametrize("easy", [True, False])
@given(nodes=st.lists(NODE, min_size=1, max_size=4), jobs=st.lists(JOB, min_size=1, max_size=14))
@settings(max_examples=300)
def test_starts_are_those_of_the_plain_reference(easy, nodes, jobs):
    jobs = sorted(
        (j for j in jobs if sum(c >= j[4] and m >= j[5] for c, m in nodes) >= j[3]),
        key=lambda j: j[0],
    )
    if not jobs:
        return
    reference = NodeReference(nodes, [Job(i, *job) for i, job in enumerate(jobs)], easy)
    assert starts(machine(*nodes), jobs, "easy" if easy else "fcfs") == reference.schedule()


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf", "sjf-easy"])
@given(world=WORLD)
@settings(max_examples=60)
def test_one_node_and_nodes_of_one_core_are_the_pool(name, world):
    rows = [row for row, _ in world]
    submit, runtime, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    pool = Cluster(8, policy(name), capacity=len(rows))
    pool.submit(submit, runtime, limit, cores.astype(np.int32))
    pool.advance()
    whole = [(s, r, li, 1, c, 0) for s, r, li, c in rows]
    assert run(machine((8, 1)), whole, name)["start"].tolist() == pool.jobs["start"].tolist()
    single = [(s, r, li, c, 1, 0) for s, r, li, c in rows]
    assert starts(machine(*[(1, 1)] * 8), single, name) == pool.jobs["start"].tolist()


def with_outages(on, rows, outages, requeues=3, rules=None):
    """The finished cluster of a world in which (time, node, up or down) things happen."""
    submit, runtime, limit, _, cores, _ = (np.array(c) for c in zip(*rows, strict=True))
    shapes = shapes_from(rows)
    cluster = Cluster(on, policy("easy"), capacity=len(rows), rules=rules)
    cluster.submit(
        submit.astype(float), runtime.astype(float), limit.astype(float), cores, shapes=shapes
    )
    for time, node, up in outages:
        cluster.advance(time)
        if up:
            cluster.node_up(node, time)
        else:
            cluster.node_down(node, time, requeues)
    cluster.advance()
    return cluster


def test_a_ten_minute_task_with_a_failure_at_five_for_five_ends_at_twenty():
    cluster = with_outages(
        machine((4, 8)), [(0, 600, 600, 1, 1, 1)], [(300, 0, False), (600, 0, True)]
    )
    assert cluster.jobs["start"].tolist() == [600]
    assert cluster.jobs["end"].tolist() == [1200]
    assert cluster.jobs["requeues"].tolist() == [1]
    assert cluster.lost_core_s == 300


def test_a_job_that_fails_once_too_often_has_failed():
    cluster = with_outages(
        machine((4, 8)), [(0, 9, 9, 1, 1, 1)], [(5, 0, False), (6, 0, True)], requeues=0
    )
    assert cluster.jobs["state"].tolist() == [6]
    assert cluster.jobs["end"].tolist() == [5]


def test_other_nodes_go_on_and_nothing_starts_on_a_node_that_is_down():
    two = machine((4, 8), (4, 8))
    world = [(0, 20, 20, 1, 4, 1), (0, 20, 20, 1, 4, 1), (6, 5, 5, 1, 1, 1)]
    cluster = with_outages(two, world, [(5, 0, False), (30, 0, True)])
    assert cluster.jobs["start"].tolist() == [20, 0, 30]
    assert cluster.free_cores == 8


def test_a_node_that_is_down_for_two_reasons_waits_for_both():
    outages = [(1, 0, False), (2, 0, False), (3, 0, True), (9, 0, True)]
    cluster = with_outages(machine((4, 8)), [(0, 5, 5, 1, 1, 1)], outages)
    assert cluster.jobs["start"].tolist() == [9]


def test_a_job_of_several_nodes_dies_with_one_and_frees_the_others():
    two = machine((4, 8), (4, 8))
    world = [(0, 20, 20, 2, 4, 1), (1, 3, 3, 1, 4, 1)]
    cluster = with_outages(two, world, [(5, 0, False), (10, 0, True)])
    assert cluster.jobs["start"].tolist() == [10, 5]


def test_a_job_that_outlives_its_prediction_holds_its_nodes_until_its_limit():
    """Two runs of 1 s predict 1 s for the third, which runs on for its limit of 50 s."""
    one = Cluster(machine((4, 8)), policy("easy"), estimates="user-average", capacity=8)
    submit = np.array([0, 0, 10, 10, 12, 12], float)
    runtime = np.array([1, 1, 50, 9, 30, 40], float)
    limit = np.array([50, 50, 50, 50, 30, 40], float)
    cores = np.array([1, 1, 3, 1, 4, 1], np.int32)
    user = np.array([0, 0, 0, 1, 2, 2])
    one.submit(submit, runtime, limit, cores, user)
    one.advance()
    # The last job ends before the head's true start at 60, which is known from 11 on.
    assert one.jobs["start"].tolist() == [0, 0, 10, 10, 60, 19]


def test_a_stopped_job_is_not_corrected_afterwards():
    one = Cluster(machine((4, 8)), policy("easy"), estimates="user-average", capacity=8)
    one.submit(np.array([0.0, 0, 10]), np.array([1.0, 1, 50]), np.full(3, 50.0),
               np.array([1, 1, 3], np.int32), np.zeros(3, int))  # fmt: skip
    one.advance(10.5)
    one.node_down(0, 10.5)
    one.advance(20.0)
    one.node_up(0, 20.0)
    one.advance()
    assert one.jobs["start"].tolist() == [0, 0, 20]
    assert one.jobs["end"].tolist() == [1, 1, 70]


def test_a_head_whose_nodes_go_down_is_looked_for_elsewhere():
    """The head wants both nodes at 10; node 1 goes down at 5 and comes back at 40."""
    two = machine((4, 8), (4, 8))
    world = [(0, 10, 10, 1, 4, 1), (1, 9, 9, 2, 4, 1), (6, 20, 20, 1, 4, 1)]
    cluster = with_outages(two, world, [(5, 1, False), (40, 1, True)])
    assert cluster.jobs["start"].tolist() == [0, 40, 10]


def test_a_job_that_ends_when_its_node_goes_down_has_ended():
    cluster = with_outages(machine((4, 8)), [(0, 5, 5, 1, 1, 1)], [(5, 0, False), (9, 0, True)])
    assert cluster.jobs["state"].tolist() == [COMPLETED]
    assert cluster.jobs["requeues"].tolist() == [0]
    assert cluster.free_cores == 4


def test_a_window_drains_its_node_before_it_goes_down():
    rules = Rules(windows=[Window(10, 20, np.array([0], np.int32))])
    rows = [(0, 10, 10, 1, 1, 1), (1, 10, 10, 1, 1, 1), (2, 8, 8, 1, 1, 1)]
    cluster = with_outages(machine((4, 8)), rows, [(10, 0, False), (20, 0, True)], rules=rules)
    assert cluster.jobs["start"].tolist() == [0, 20, 2]
    assert cluster.lost_core_s == 0


def test_a_job_that_is_stopped_very_often_leaves_nothing_behind():
    """More stops than the heap of ends has slots."""
    outages = [(t, 0, up) for i in range(60) for t, up in ((2 * i + 1, False), (2 * i + 2, True))]
    cluster = with_outages(machine((4, 8)), [(0, 9, 9, 1, 1, 1)], outages, requeues=99)
    assert cluster.jobs["end"].tolist() == [129]
    assert cluster.jobs["requeues"].tolist() == [60]
