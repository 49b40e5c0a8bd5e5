"""Why jobs wait: the reason at a moment, and the one that held a job longest."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.cluster.reasons import NO_REASON, REASON_NAMES, SLOTS, add_held
from hpcsim.cluster.state import HELD_BY, records

# Two jobs of the whole machine, then a small one that waits behind the second.
ROWS = [(0, 10, 10, 8), (1, 20, 20, 8), (2, 99, 99, 1), (3, 1, 1, 8)]
NODE = Machine(
    cores=np.array([8], np.int32),
    memory_mib=np.array([1], np.int32),
    gres=np.zeros(1, np.int32),
    mask=np.zeros(1, np.int64),
)


def cluster(machine=8, name="fcfs", rows=ROWS):
    made = Cluster(machine, policy(name), capacity=len(rows))
    submit, runtime, limit, cores = (np.array(c, float) for c in zip(*rows, strict=True))
    made.submit(submit, runtime, limit, cores.astype(np.int32))
    return made


@pytest.mark.parametrize("machine", [8, NODE])
@pytest.mark.parametrize("name", ["fcfs", "easy"])
def test_the_first_waits_for_resources_and_all_behind_it_for_their_priority(machine, name):
    world = cluster(machine, name)
    world.advance(5.0)
    assert [world.reason(row) for row in range(4)] == ["None", "Resources", "Priority", "Priority"]
    world.advance(30.5)
    assert world.reason(2) == "None"
    assert world.reason(3) == "Resources"


def test_a_job_that_waits_for_another_says_so():
    world = cluster()
    world.follow([1], [2], [0.0])
    world.advance(5.0)
    assert world.reason(2) == "Dependency"


def test_the_longest_reason_of_each_job():
    world = cluster()
    world.advance()
    # Job 1 was first from 1 to 10; job 2 second until 10, then first until 30; job 3 second from
    # 3 to 30, then first until job 2 ended at 129.
    told = [REASON_NAMES[code] for code in world.longest_reasons()]
    assert told == ["None", "Resources", "Resources", "Resources"]
    world = cluster(rows=[*ROWS[:2], (2, 1, 1, 8)])
    world.advance(12.0)
    assert [REASON_NAMES[code] for code in world.longest_reasons()][2] == "Priority"


def test_with_more_reasons_than_slots_the_longest_are_kept():
    held = records(HELD_BY, 1, SLOTS)
    for reason in range(1, SLOTS + 1):
        add_held(held, 0, reason, 10.0 * reason)
    add_held(held, 0, SLOTS + 1, 5.0)
    assert NO_REASON not in held[0]["reason"] and SLOTS + 1 not in held[0]["reason"]
    add_held(held, 0, SLOTS + 1, 15.0)
    assert held[0]["seconds"].tolist() == [15.0, 20.0, 30.0, 40.0]
    add_held(held, 0, 2, 40.0)
    assert held[0]["seconds"].max() == 60.0


def test_no_name_is_there_twice():
    assert len(set(REASON_NAMES)) == len(REASON_NAMES) < 128
