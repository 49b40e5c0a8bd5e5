"""Invariants hold in random worlds under every policy, and each of them can fail."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.cluster.policy import policies, policy
from hpcsim.cluster.state import COMPLETED, JOB, TIMEOUT
from hpcsim.simulation import replay as replay_module
from hpcsim.simulation.invariants import InvariantError, check_ends, check_schedule, most_in_use
from hpcsim.simulation.replay import Options, replay
from workloads.workload import Workload

CORES = 8
JOBS = st.lists(
    st.tuples(
        st.integers(0, 30), st.integers(0, 9), st.integers(0, 9), st.integers(1, CORES),
        st.integers(0, 2),
    ),
    min_size=1, max_size=25,
).map(sorted)  # fmt: skip


def workload(rows) -> Workload:
    submit, runtime, limit, cores, user = (np.array(c) for c in zip(*rows, strict=True))
    return Workload.of(
        {
            "submit_s": submit.astype(float),
            "runtime_s": runtime.astype(float),
            "limit_s": limit.astype(float),
            "cores": cores.astype(np.int32),
            "user": user.astype(np.int32),
        }
    )


@pytest.mark.parametrize("each", policies(), ids=lambda p: p.name)
@given(rows=JOBS)
@settings(max_examples=15)
def test_they_hold_under_every_policy(each, rows):
    jobs = replay(workload(rows), Options(each, CORES, verify=True)).jobs
    assert jobs.num_rows == len(rows)


@given(rows=JOBS, cycle=st.sampled_from(["event", "instant", 7.0]))
@settings(max_examples=60)
def test_they_hold_whenever_passes_are_made(rows, cycle):
    replay(workload(rows), Options(policy("wfp3-easy"), CORES, cycle=cycle, verify=True))


def schedule():
    """Two jobs side by side, a third cut by its limit, one of no length: right as it stands."""
    jobs = np.zeros(4, JOB)
    jobs["arrival"] = jobs["start"] = [0, 0, 10, 10]
    jobs["runtime"] = [10, 10, 9, 0]
    jobs["limit"] = [10, 20, 5, 5]
    jobs["end"] = [10, 10, 15, 10]
    jobs["cores"] = [4, 4, 8, 8]
    jobs["state"] = [COMPLETED, COMPLETED, TIMEOUT, COMPLETED]
    return jobs


def test_a_right_schedule_passes():
    check_schedule(schedule(), CORES)


@pytest.mark.parametrize(
    ("field", "row", "value", "rule"),
    [
        ("state", 0, 2, "every job has ended"),
        ("arrival", 1, 3, "no job starts before it arrives"),
        ("start", 0, np.nan, "no job starts before it arrives"),
        ("end", 1, 11, "a job ends with its run time or limit"),
        ("state", 2, COMPLETED, "a job cut by its limit says so"),
        ("state", 1, TIMEOUT, "a job cut by its limit says so"),
        ("cores", 1, 5, "9 cores are in use at one moment, there are 8"),
    ],
)
def test_a_wrong_one_is_named_by_its_rule(field, row, value, rule):
    jobs = schedule()
    jobs[field][row] = value
    with pytest.raises(InvariantError, match=rule):
        check_schedule(jobs, CORES)


def test_jobs_that_overlap_by_a_moment_add_up():
    start, end, cores = np.array([0.0, 5.0]), np.array([5.0, 9.0]), np.array([8, 8])
    assert most_in_use(start, end, cores) == 8
    assert most_in_use(start, end + 0.5, cores) == 16


def test_verify_is_what_looks(monkeypatch):
    def refuse(jobs, cores):
        raise InvariantError("looked at")

    monkeypatch.setattr(replay_module, "check_schedule", refuse)
    rows = [(0, 5, 5, 1, 0)]
    replay(workload(rows), Options(policy("easy"), CORES))
    with pytest.raises(InvariantError, match="looked at"):
        replay(workload(rows), Options(policy("easy"), CORES, verify=True))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"end": 90.0}, "faster than undisturbed"),
        ({"end": 900.0}, "outlives its limit"),
        ({"end": 150.0, "flow": 0}, "only who shares"),
        ({"end": 150.0, "state": 5}, "cut at its limit"),
    ],
)
def test_ends_that_cannot_be_are_told(change, rule):
    row = np.zeros(1, JOB)
    usual = {"end": 100.0, "runtime": 100.0, "limit": 200.0, "flow": 1, "state": COMPLETED}
    for name, value in usual.items():
        row[name] = value
    check_ends(row)
    for name, value in change.items():
        row[name] = value
    with pytest.raises(InvariantError, match=rule):
        check_ends(row)
