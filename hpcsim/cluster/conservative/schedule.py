"""A whole workload under conservative backfilling, in one compiled loop."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from .layout import Plan, make_plan
from .plan import next_start, plan_arrival, plan_end, pop_start


def schedule(
    submit: np.ndarray,
    runtime: np.ndarray,
    estimate: np.ndarray,
    size: np.ndarray,
    cores: int,
) -> np.ndarray:
    """Start times (s) of jobs, in order of arrival, on a machine of `cores` cores.

    All arrays have a row a job: submit times (s, ascending), run times and estimates (s, run time
    <= estimate) and sizes (cores). At one moment arrivals come first, then ends in the order in
    which the jobs started, then planned starts in the order of their plans.
    """
    columns = [np.ascontiguousarray(each, np.float64) for each in (submit, runtime, estimate)]
    if np.any(np.diff(columns[0]) < 0):
        raise ValueError("submit times must ascend")
    if len(size) and not 0 < np.min(size) <= np.max(size) <= cores:
        raise ValueError(f"sizes must lie between 1 and the machine's {cores} cores")
    if np.any(columns[1] > columns[2]):
        raise ValueError("run times must not exceed the estimates")
    plan = make_plan(cores, len(columns[0]))
    return _run(plan, *columns, np.ascontiguousarray(size, np.int64))


@njit(cache=True)
def _run(
    plan: Plan, submit: np.ndarray, runtime: np.ndarray, estimate: np.ndarray, size: np.ndarray
) -> np.ndarray:
    n = len(submit)
    start = np.empty(n)
    ends = [(np.inf, n, n)]
    arrived = started = 0
    while True:
        arrival = submit[arrived] if arrived < n else np.inf
        end, starting = ends[0][0], next_start(plan)
        now = min(arrival, end, starting)
        if now == np.inf:
            return start
        if arrival == now:
            plan_arrival(plan, now, arrived, size[arrived], estimate[arrived], 0.0)
            arrived += 1
        elif end == now:
            plan_end(plan, now, heapq.heappop(ends)[2])
        else:
            job = pop_start(plan, now)
            start[job] = now
            heapq.heappush(ends, (now + runtime[job], started, job))
            started += 1
