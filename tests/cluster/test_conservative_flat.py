"""The compiled plan against a flat list of steps, start for start, on a machine of many cores."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from numba import njit

from hpcsim.cluster.conservative import schedule


@njit(cache=True)
def edge(times, free, n, time):
    """The step that begins at `time`, inserted if there is none, and the number of steps."""
    k = np.searchsorted(times[:n], time, side="right") - 1
    if times[k] == time:
        return k, n
    for m in range(n, k + 1, -1):
        times[m], free[m] = times[m - 1], free[m - 1]
    times[k + 1], free[k + 1] = time, free[k]
    return k + 1, n + 1


@njit(cache=True)
def add(times, free, n, begin, end, size):
    """Add `size` cores in [begin, end) and drop the steps that say nothing."""
    if not begin < end:
        return n
    i, n = edge(times, free, n, begin)
    j, n = edge(times, free, n, end)
    free[i:j] += size
    kept = 1
    for k in range(1, n):
        if free[k] != free[kept - 1]:
            times[kept], free[kept] = times[k], free[k]
            kept += 1
    return kept


@njit(cache=True)
def earliest(times, free, n, now, size, length):
    """The earliest start from `now` on, step by step."""
    start = now
    for k in range(np.searchsorted(times[:n], now, side="right") - 1, n):
        if k > 0 and times[k] >= start + length and times[k] > start:
            return start
        if free[k] < size:
            start = times[k + 1]
    return start


@njit(cache=True)
def flat_schedule(submit, runtime, estimate, size, cores):
    """Start times; every job that waits is lifted out and put back after every end."""
    jobs = len(submit)
    times, free = np.empty(2 * jobs + 2), np.empty(2 * jobs + 2, np.int64)
    times[0], free[0] = -np.inf, cores
    n = 1
    begin = np.empty(jobs)
    waiting = [jobs]
    waiting.pop()
    ends, starts = [(np.inf, 0, 0)], [(np.inf, 0, 0)]
    plan = np.zeros(jobs, np.int64)
    plans = arrived = started = 0
    while True:
        while starts[0][0] < np.inf and plan[starts[0][2]] != starts[0][1]:
            heapq.heappop(starts)
        arrival = submit[arrived] if arrived < jobs else np.inf
        now = min(arrival, ends[0][0], starts[0][0])
        if now == np.inf:
            return begin
        if arrival == now:
            start = earliest(times, free, n, now, size[arrived], estimate[arrived])
            n = add(times, free, n, start, start + estimate[arrived], -size[arrived])
            plans += 1
            begin[arrived], plan[arrived] = start, plans
            heapq.heappush(starts, (start, plans, arrived))
            waiting.append(arrived)
            arrived += 1
        elif ends[0][0] == now:
            job = heapq.heappop(ends)[2]
            n = add(times, free, n, now, begin[job] + estimate[job], size[job])
            past = max(np.searchsorted(times[:n], now, side="right") - 1, 0)
            times[: n - past], free[: n - past] = times[past:n].copy(), free[past:n].copy()
            n -= past
            for job in waiting:
                if begin[job] > now:
                    n = add(times, free, n, begin[job], begin[job] + estimate[job], size[job])
                    start = earliest(times, free, n, now, size[job], estimate[job])
                    if start < begin[job]:
                        plans += 1
                        begin[job], plan[job] = start, plans
                        heapq.heappush(starts, (start, plans, job))
                    n = add(times, free, n, start, start + estimate[job], -size[job])
        else:
            job = heapq.heappop(starts)[2]
            plan[job] = -1
            waiting.remove(job)
            started += 1
            heapq.heappush(ends, (now + runtime[job], started, job))


def world(seed, jobs, load, longer, cores=35_000):
    """Jobs of one core to the whole machine; estimates of up to `longer` times the run time."""
    rng = np.random.default_rng(seed)
    power = np.where(rng.random(jobs) < 0.86, rng.uniform(0.8, 12.6, jobs), 15.09)
    size = np.round(2 ** np.where(power < 15, power, rng.uniform(12.6, 15.09, jobs)))
    size = np.where(rng.random(jobs) < 0.25, 1, np.clip(size, 1, cores)).astype(np.int64)
    runtime = np.ceil(np.minimum(rng.lognormal(7, 1.7, jobs), 130_000))
    estimate = np.ceil(runtime * rng.uniform(1, longer, jobs))
    submit = np.sort(rng.random(jobs)) * (size * runtime).sum() / (cores * load)
    return np.floor(submit), runtime, estimate, size, cores


@pytest.mark.parametrize(
    ("seed", "jobs", "load", "longer"),
    [(1, 40_000, 0.9, 5), (3, 40_000, 0.93, 2), (5, 6_000, 1.3, 3)],
)
def test_every_start_of_a_long_run(seed, jobs, load, longer):
    """The last of them with hundreds waiting, most of whom have no use for what is freed."""
    jobs = world(seed, jobs, load, longer)
    expected = flat_schedule(*jobs)
    assert np.array_equal(schedule(*jobs), expected)
