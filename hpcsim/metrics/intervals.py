"""The machine and its queue through time: exact step functions, summed over intervals.

A schedule changes its machine three times a job. Keeping every change of a million jobs costs
more than everything that is ever asked of them, so one compiled walk over the three sorted event
lists adds up, for each interval wanted, what the metrics need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from .kinds import Floats, Ints


@dataclass(frozen=True)
class Intervals:
    """What happened between edge i and edge i + 1, for m intervals (arrays of length m).

    The integrals are exact. A maximum counts only what held for some time: a job that arrives and
    starts in one second was never queued. "Work" is the time that waiting jobs need on one core.
    """

    edges_s: Floats
    busy_core_s: Floats
    queued_job_s: Floats
    queued_core_s: Floats
    queued_work_s: Floats
    idle_while_queued_core_s: Floats
    max_busy_cores: Floats
    max_queued_jobs: Floats
    max_queued_cores: Floats
    max_queued_work_core_s: Floats

    @property
    def span_s(self) -> Floats:
        """The length of each interval in seconds."""
        return np.diff(self.edges_s)


def intervals(
    submit_s: Floats,
    start_s: Floats,
    end_s: Floats,
    cores: Floats,
    work_s: Floats,
    machine_cores: int,
    edges_s: Floats,
) -> Intervals:
    """Sum a schedule of n jobs (arrays of length n) over the m intervals between m + 1 edges.

    Times are seconds, edges ascend, NaN is a time that never came. A job without a start leaves
    the queue at its end, if it has one (it was cancelled), and otherwise never; a job without an
    end holds its cores for ever. `work_s` is how long a job takes once started.
    """
    never = np.isnan(start_s)
    left_s = np.where(never, end_s, start_s) if never.any() else start_s
    freed_s = np.where(never, np.nan, end_s) if never.any() else end_s
    work = cores * np.nan_to_num(work_s)
    times = (_one_kind(submit_s), _one_kind(left_s), _one_kind(freed_s))
    sums, most = _walk(
        *times,
        *(_by_time(time_s) for time_s in times),
        never,
        _one_kind(cores),
        _one_kind(work),
        float(machine_cores),
        _one_kind(edges_s),
    )
    return Intervals(edges_s, *sums.T, *most.T)


def _one_kind(values: Floats) -> Floats:
    """`values` as the one kind of array that `_walk` is compiled for; a copy where need be.

    A read-only column and a writable one are two types, and a second type would be compiled anew.
    """
    return np.require(values, np.float64, ["C", "W"])


def _by_time(time_s: Floats) -> Ints:
    """The jobs in order of `time_s`, without those that have none."""
    order = np.argsort(time_s, kind="stable")
    return order[: time_s.size - int(np.count_nonzero(np.isnan(time_s)))]


@njit(cache=True)
def _walk(  # type: ignore[no-untyped-def]
    submit_s, left_s, freed_s, comings, leavings, ends, never, cores, work, machine, edges
):
    """Merge three ordered event lists and spread what holds between events over the intervals."""
    sums = np.zeros((max(edges.size - 1, 0), 5))
    most = np.zeros((max(edges.size - 1, 0), 4))
    busy = jobs = asked = asked_work = 0.0
    i = j = k = at = 0
    before = -np.inf
    while at < sums.shape[0]:
        now = np.inf
        if i < comings.size:
            now = submit_s[comings[i]]
        if j < leavings.size:
            now = min(now, left_s[leavings[j]])
        if k < ends.size:
            now = min(now, freed_s[ends[k]])
        at = _spread(sums, most, edges, at, before, now, busy, jobs, asked, asked_work, machine)
        before = now
        while i < comings.size and submit_s[comings[i]] == now:
            jobs += 1
            asked += cores[comings[i]]
            asked_work += work[comings[i]]
            i += 1
        while j < leavings.size and left_s[leavings[j]] == now:
            job = leavings[j]
            jobs -= 1
            asked -= cores[job]
            asked_work -= work[job]
            if not never[job]:
                busy += cores[job]
            j += 1
        while k < ends.size and freed_s[ends[k]] == now:
            busy -= cores[ends[k]]
            k += 1
    return sums, most


@njit(cache=True)
def _spread(  # type: ignore[no-untyped-def]
    sums, most, edges, at, since, until, busy, jobs, asked, asked_work, machine
):
    """Add what held from `since` to `until` to every interval it touches; the next one's index."""
    while at < sums.shape[0]:
        held = min(until, edges[at + 1]) - max(since, edges[at])
        if held > 0.0:
            sums[at, 0] += busy * held
            sums[at, 1] += jobs * held
            sums[at, 2] += asked * held
            sums[at, 3] += asked_work * held
            if jobs > 0.0:
                sums[at, 4] += (machine - busy) * held
            most[at, 0] = max(most[at, 0], busy)
            most[at, 1] = max(most[at, 1], jobs)
            most[at, 2] = max(most[at, 2], asked)
            most[at, 3] = max(most[at, 3], asked_work)
        if until < edges[at + 1]:
            break
        at += 1
    return at
