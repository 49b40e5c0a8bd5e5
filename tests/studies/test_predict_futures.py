"""Futures of tiny queues that can be worked out by hand, and nothing known before its time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.rng import stream
from hpcsim.simulation.replay import Options, replay
from hpcsim.studies.predict.draws import MOST_ALIKE, alike
from hpcsim.studies.predict.futures import Simulator
from hpcsim.studies.predict.log import Log, grouped, log_of
from hpcsim.studies.predict.rivals import bounded_quantiles
from workloads.workload import Workload

INF = np.inf


def log(rows, cores=4):
    """A log of (submit, start, runtime, limit, cores, user)."""
    submit, start, run, limit, size, user = np.array(rows, float).T
    codes = size.astype(np.int64), user.astype(np.int64), np.zeros(len(rows), np.int64)
    return Log(submit, start, start + run, run, limit, *codes, cores)


def waits(known, now, row, name="easy", many=20):
    found = Simulator(policy(name), known.machine_cores).futures(
        known, now, np.array([row]), many, stream(1, "test")
    )
    return found.wait_s[:, 0], found.reserved_s[0]


def test_a_job_waits_for_the_rest_of_what_the_like_of_the_running_job_took():
    past = [(i, i, 100, 1000, 4, 7) for i in range(0, 5000, 1000)]
    known = log([*past, (6000, 6000, 500, 1000, 4, 7), (6010, INF, 50, 60, 4, 8)])
    drawn, reserved = waits(known, 6020, 6)
    assert set(drawn) == {80.0}
    assert reserved == 980.0


def test_a_job_that_has_outlived_its_like_ends_between_now_and_its_limit():
    past = [(i, i, 100, 1000, 4, 7) for i in range(0, 5000, 1000)]
    known = log([*past, (6000, 6000, 500, 1000, 4, 7), (6010, INF, 50, 60, 4, 8)])
    drawn, _ = waits(known, 6400, 6, many=200)
    assert 0 < drawn.min() < 60 and 540 < drawn.max() <= 600


def test_easy_lets_a_short_job_pass_and_fcfs_does_not():
    rows = [(0, 0, 100, 100, 3, 1), (1, INF, 50, 50, 4, 2), (2, INF, 50, 50, 1, 3)]
    assert waits(log(rows), 2, 2)[1] == 0
    assert waits(log(rows), 2, 2, "fcfs")[1] == 148


def test_every_element_of_an_array_has_a_start_of_its_own():
    rows = [(0, 0, 100, 100, 4, 1), *[(1, INF, 50, 50, 4, 2)] * 3]
    found = Simulator(policy("easy"), 4).futures(
        log(rows), 1, np.array([1, 2, 3]), 5, stream(1, "test")
    )
    assert found.reserved_s.tolist() == [99, 149, 199]
    assert (np.diff(found.wait_s, axis=1) > 0).all()


def test_a_plan_cannot_be_taken_up():
    with pytest.raises(InputError, match="keeps a plan"):
        Simulator(policy("conservative"), 4)


def busy(seed=3, jobs=400):
    rng = np.random.default_rng(seed)
    limit = rng.integers(1, 40, jobs) * 60.0
    columns = {
        "submit_s": np.sort(rng.uniform(0, 4 * 86400, jobs)),
        "runtime_s": np.ceil(limit * rng.uniform(0, 1, jobs)) * 20,
        "limit_s": limit * 20,
        "cores": rng.integers(1, 9, jobs),
        "user": rng.integers(0, 6, jobs),
    }
    return Workload.of(columns)


@pytest.mark.parametrize("name", ["easy", "easy-sjbf", "wfp3-easy", "fcfs"])
def test_nothing_that_happens_later_is_used(name):
    workload = busy()
    start = replay(workload, Options(policy(name), 8)).jobs["start_s"].to_numpy()
    known = log_of(workload, np.array(start), 8)
    rows = np.flatnonzero(start - workload.submit_s > 600)
    row = int(rows[len(rows) // 2])
    now = float(known.submit_s[row])
    rng = np.random.default_rng(9)
    unknown = known.end_s > now
    later = known.submit_s > now
    run = np.where(unknown, rng.uniform(1e4, 1e6, len(known)), known.runtime_s)
    waiting = known.start_s > now
    begin = np.where(waiting, now + rng.uniform(1, 1e6, len(known)), known.start_s)
    other = replace(
        known,
        runtime_s=run,
        start_s=begin,
        end_s=np.where(unknown, np.maximum(begin + run, now + 1), known.end_s),
        limit_s=np.where(later, 1e6, known.limit_s),
        cores=np.where(later, 1, known.cores),
    )
    assert later.sum() > 50 and (unknown & ~later).sum() > 5
    before = known.waiting_at(now, row)
    drawn = [
        Simulator(policy(name), 8).futures(log, now, np.array([row]), 30, stream(2, "test"), before)
        for log in (known, other)
    ]
    assert drawn[0].wait_s.tobytes() == drawn[1].wait_s.tobytes()
    assert len(np.unique(drawn[0].wait_s)) > 3


def test_the_same_seed_gives_the_same_futures_whatever_was_asked_before():
    known = log([(0, 0, 300, 900, 4, 1), (1, INF, 50, 60, 4, 2), (2, INF, 50, 60, 4, 2)])
    simulator = Simulator(policy("easy"), 4)
    first, again = (
        simulator.futures(known, 5, np.array([2]), 10, stream(4, "test")).wait_s for _ in range(2)
    )
    assert first.tobytes() == again.tobytes()


def test_a_users_own_jobs_say_more_than_those_of_others():
    rows = [(i, i, 10, 100, 1, 1) for i in range(5)] + [(i, i, 90, 100, 1, 2) for i in range(5, 9)]
    known = log([*rows, (200, INF, 1, 100, 1, 1)])
    values = np.empty(MOST_ALIKE)
    count = alike(known.columns, 9, 200.0, 0.0, values)
    assert (values[:count] == 10).sum() > 2 * (values[:count] == 90).sum() > 0


def test_jobs_that_still_run_say_that_jobs_run_longer():
    ended = [(0, 0, 10, 1000, 1, 1)]
    running = [(0, 0, 2000, 1000, 1, 1)] * 9
    known = log([*ended, *running, (400, INF, 1, 1000, 1, 1)], cores=20)
    values = np.empty(MOST_ALIKE)
    count = alike(known.columns, 10, 400.0, 0.0, values)
    assert np.median(values[:count]) > 400 and values[:count].max() <= 1000


def test_groups_are_sorted_and_know_their_ends():
    rows, begin, end = grouped(np.array([5, 3, 5, 3, 5]))
    assert rows.tolist() == [1, 3, 0, 2, 4]
    assert begin.tolist() == [2, 0, 2, 0, 2]
    assert end.tolist() == [5, 2, 5, 2, 5]


def test_bounds_are_wider_than_the_quantiles_of_few_waits():
    assert bounded_quantiles(np.arange(100.0)).tolist() == [4, 49.5, 95]
