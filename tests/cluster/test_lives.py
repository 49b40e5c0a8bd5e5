"""Jobs that write checkpoints, fail by themselves or run out of memory: worlds of one or two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.lifelines import Lives
from hpcsim.cluster.lives import COMPLETES, FAILS, WANTS_MEMORY
from hpcsim.cluster.machine import Machine, Shapes
from hpcsim.cluster.policy import policy
from hpcsim.cluster.state import STATE_NAMES

GIB = 1024
NEVER = np.inf


def world(runtimes, *, interval=NEVER, write=0, restart=0, memory=1, need=1, fate=COMPLETES,
          work=None, nodes=1, limit=1000, estimates="limit"):  # fmt: skip
    """A cluster of `nodes` nodes of 4 cores and 8 GiB with jobs of a whole node, all at 0."""
    count = len(runtimes)
    machine = Machine(
        cores=np.full(nodes, 4, np.int32),
        memory_mib=np.full(nodes, 8 * GIB, np.int32),
        gres=np.zeros(nodes, np.int32),
        mask=np.zeros(nodes, np.int64),
    )
    cluster = Cluster(machine, policy("easy"), capacity=count, estimates=estimates)
    one = np.ones(count, np.int32)
    shapes = Shapes(one, 4 * one, memory * GIB * one, 0 * one, np.zeros(count, np.int64),
                    np.zeros(count, bool))  # fmt: skip
    runtimes = np.array(runtimes, float)
    rows = cluster.submit(np.zeros(count), runtimes, np.full(count, float(limit)), 4 * one,
                          shapes=shapes)  # fmt: skip
    every = np.ones(count)
    cluster.live(
        rows,
        Lives(
            work=runtimes if work is None else work * every,
            whole=runtimes,
            interval=interval * every,
            write=write * every,
            restart=restart * every,
            need=(need * GIB * every).astype(np.int32),
            most=np.full(count, 8 * GIB, np.int32),
            fate=np.full(count, fate, np.int8),
        ),
    )
    return cluster


def broken(cluster, *outages, requeues=3):
    """The cluster after it has run with (down, up) times of node 0."""
    for down, up in outages:
        cluster.advance(down)
        cluster.node_down(0, down, requeues)
        cluster.advance(up)
        cluster.node_up(0, up)
    cluster.advance()
    return cluster


def states(cluster):
    return [STATE_NAMES[code] for code in cluster.jobs["state"]]


def test_checkpoints_take_their_time_but_for_one_at_the_end():
    cluster = broken(world([100], interval=25, write=2))
    assert cluster.jobs["end"].tolist() == [106]
    assert cluster.checkpoint_core_s == 4 * 6
    assert cluster.lost_core_s == 0


def test_a_job_goes_on_from_its_last_checkpoint():
    # Checkpoints end at 27 and 54; at 60 six seconds are lost. From 70: 5 to restart, 50 of
    # work with one checkpoint of 2 between.
    cluster = broken(world([100], interval=25, write=2, restart=5), (60, 70))
    assert cluster.jobs["end"].tolist() == [70 + 5 + 50 + 2]
    assert cluster.lost_core_s == 4 * 6
    assert cluster.checkpoint_core_s == 4 * (4 + 2)
    assert cluster.stops[["start", "end", "lost_s", "job"]].tolist() == [(0, 60, 6, 0)]


def test_a_checkpoint_that_was_not_finished_is_none():
    cluster = broken(world([100], interval=25, write=2), (26, 30))
    assert cluster.jobs["end"].tolist() == [30 + 106]
    assert cluster.lost_core_s == 4 * 26


def test_two_failures_during_a_restart_lose_the_restarts_only():
    cluster = broken(world([50], interval=25, write=2, restart=5), (27, 30), (33, 40))
    assert cluster.jobs["end"].tolist() == [40 + 5 + 25]
    assert cluster.lost_core_s == 4 * (0 + 3)


def test_the_limit_has_room_for_the_checkpoints_of_a_job_that_uses_it_up():
    cluster = broken(world([100], interval=25, write=2, limit=100))
    assert states(cluster) == ["COMPLETED"]


def test_a_job_that_fails_by_itself_ends_early_and_says_so():
    cluster = broken(world([100], work=40, fate=FAILS))
    assert (states(cluster), cluster.jobs["end"].tolist()) == (["FAILED"], [40])


def test_memory_is_doubled_until_it_is_enough():
    # 1 GiB at 0 to 10, 2 GiB to 20, 4 GiB for the whole of 100 s; it needs 3.
    cluster = broken(world([100], work=10, memory=1, need=3, fate=WANTS_MEMORY))
    assert (states(cluster), cluster.jobs["end"].tolist()) == (["COMPLETED"], [120])
    assert cluster.jobs["node_memory"].tolist() == [4 * GIB]
    assert cluster.lost_core_s == 4 * 20
    assert [STATE_NAMES[cause] for cause in cluster.stops["cause"]] == ["OUT_OF_MEMORY"] * 2


def test_what_no_node_has_ends_out_of_memory():
    cluster = broken(world([100], work=10, memory=3, need=9, fate=WANTS_MEMORY))
    assert (states(cluster), cluster.jobs["end"].tolist()) == (["OUT_OF_MEMORY"], [30])
    assert cluster.jobs["node_memory"].tolist() == [8 * GIB]


def test_a_job_that_its_limit_cuts_first_says_timeout():
    cluster = broken(world([100], work=10, memory=1, need=3, fate=WANTS_MEMORY, limit=5))
    assert (states(cluster), cluster.jobs["end"].tolist()) == (["TIMEOUT"], [5])


def test_requeues_are_counted_and_have_an_end():
    cluster = broken(world([100]), (10, 20), (30, 40), requeues=1)
    assert states(cluster) == ["NODE_FAIL"]
    assert cluster.jobs["end"].tolist() == [30]
    assert cluster.lost_core_s == 4 * 20


@given(
    interval=st.integers(1, 30),
    write=st.integers(0, 3),
    restart=st.integers(0, 3),
    outages=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20)), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_every_second_is_work_or_checkpoint_or_restart_or_lost(interval, write, restart, outages):
    at, spells = 0, []
    for gap, length in outages:
        spells.append((at + gap, at + gap + length))
        at += gap + length
    cluster = broken(world([80], interval=interval, write=write, restart=restart), *spells)
    job = cluster.jobs[0]
    ran = float(job["end"] - job["start"]) + sum(s["end"] - s["start"] for s in cluster.stops)
    last_restart = restart if len(cluster.stops) else 0
    accounted = 80 + last_restart + (cluster.lost_core_s + cluster.checkpoint_core_s) / 4
    # A restart whose run kept a checkpoint was no loss, and stands nowhere else.
    between = ran - accounted
    assert 0 <= between <= restart * max(len(cluster.stops) - 1, 0)


@pytest.mark.parametrize("estimates", ["limit", "clairvoyant"])
def test_the_queue_behind_a_stopped_job_starts_when_it_should(estimates):
    cluster = broken(world([50, 10], interval=25, write=0, estimates=estimates), (30, 35))
    # The stopped job is queued again behind the one that waited, and has 25 s left.
    assert cluster.jobs["start"].tolist() == [45, 35]
    assert cluster.jobs["end"].tolist() == [70, 45]


def test_jobs_handed_in_later_have_plain_lives():
    cluster = world([10], interval=3, write=1)
    one = np.ones(3, np.int32)
    shapes = Shapes(one, 4 * one, one, 0 * one, np.zeros(3, np.int64), np.zeros(3, bool))
    cluster.submit(np.zeros(3), np.full(3, 5.0), np.full(3, 5.0), 4 * one, shapes=shapes)
    cluster.advance()
    assert cluster.jobs["end"].tolist() == [13, 18, 23, 28]
    assert states(cluster) == ["COMPLETED"] * 4
