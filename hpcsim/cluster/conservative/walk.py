"""The walk after an end: each waiting job, in queue order, moves to its earliest start or stays.

Only a job for which something was freed since it was last looked at can move. It sits where the
step just before its start had too few cores; so either that step was freed (then it is marked), or
a stretch further ahead now offers its cores for its whole length (then its group knows of one).
Everybody else is passed by. That is exact, and what makes thousands of waiting jobs affordable.
"""

from __future__ import annotations

from numba import njit

from .agenda import delist, enlist, make_due
from .change import give, take
from .layout import (
    BLOCKS,
    CHUNKS,
    END,
    JOBS,
    LENGTH,
    MARK,
    MARKS,
    OLD_RISES,
    ORDER,
    PLANNED,
    RISES,
    RISES_KEPT,
    SIZE,
    START,
    STATE,
    STRETCH,
    Plan,
    group_of,
)
from .line import unmark
from .profile import edge, tidy
from .rises import age_rises, measure_rises, note_rise, touches_rise
from .search import earliest, slide


@njit(cache=True)
def put(plan: Plan, now: float, job: int, start: float) -> None:
    """Plan `job` for `start`; the profile already knows that its cores are taken then."""
    plan.spans[job, START] = start
    plan.spans[job, END] = start + plan.spans[job, LENGTH]
    if start <= now:
        make_due(plan.jobs, plan.counts, job)
        return
    i, k = edge(plan.times, plan.steps, plan.first, plan.chunks, plan.counts, start)
    enlist(plan.steps, plan.chunks, plan.jobs, plan.scalars, i, k, start, job)


@njit(cache=True)
def _lift(plan: Plan, job: int) -> None:
    delist(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.jobs,
        plan.spans,
        plan.scalars,
        plan.counts,
        job,
    )


@njit(cache=True)
def release(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Free a stretch of the profile and note who may gain from it."""
    most = give(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.counts,
        plan.jobs,
        plan.blocks,
        now,
        begin,
        end,
        size,
    )
    if most > 0:
        note_rise(
            plan.times,
            plan.steps,
            plan.first,
            plan.chunks,
            plan.groups,
            plan.rises,
            plan.counts,
            now,
            begin,
            end,
            most,
        )


@njit(cache=True)
def occupy(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Take a stretch of the profile."""
    take(plan.times, plan.steps, plan.first, plan.chunks, plan.counts, now, begin, end, size)


@njit(cache=True)
def smooth(plan: Plan, time: float) -> None:
    """Remove the step at `time` if it says nothing."""
    tidy(plan.times, plan.steps, plan.first, plan.chunks, plan.counts, time)


@njit(cache=True)
def _move(plan: Plan, now: float, job: int, start: float) -> None:
    old_start, old_end = plan.spans[job, START], plan.spans[job, END]
    size = plan.jobs[job, SIZE]
    end = start + plan.spans[job, LENGTH]
    _lift(plan, job)
    occupy(plan, now, start, min(old_start, end), size)
    put(plan, now, job, start)
    release(plan, now, max(old_start, end), old_end, size)
    smooth(plan, old_start)
    smooth(plan, old_end)


@njit(cache=True)
def _better_start(plan: Plan, now: float, job: int, jumps: bool) -> float:
    n = plan.counts[CHUNKS]
    size = plan.jobs[job, SIZE]
    start = plan.spans[job, START]
    if plan.jobs[job, MARK] == 1:
        start = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, start, size)
    if jumps and start > now:
        length = plan.spans[job, LENGTH]
        start = earliest(
            plan.times, plan.steps, plan.first, plan.chunks, n, now, size, length, start
        )
    return start


@njit(cache=True)
def walk(plan: Plan, now: float) -> None:
    """Look once, in queue order, at each waiting job for which something was freed."""
    counts, blocks, jobs, spans = plan.counts, plan.blocks, plan.jobs, plan.spans
    stale = counts[RISES] > 0
    hot = False
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        if blocks[MARKS, block] == 0 and not (hot or stale):
            continue
        for at in range(blocks[JOBS, block]):
            job = plan.queue[block, at]
            if jobs[job, MARK] == 0 and not (hot or stale):
                continue
            start = spans[job, START]
            if start > now and jobs[job, STATE] == PLANNED:
                if stale:
                    hot = _measure(plan, now)
                    stale = False
                stretch = plan.groups[STRETCH, group_of(jobs[job, SIZE])]
                jumps = hot and spans[job, LENGTH] <= stretch
                better = start
                if jumps or jobs[job, MARK] == 1:
                    better = _better_start(plan, now, job, jumps)
                if better < start:
                    known = counts[RISES]
                    _move(plan, now, job, better)
                    full = counts[RISES] == RISES_KEPT
                    stale = (
                        full
                        or counts[RISES] > known
                        or touches_rise(plan.rises, counts[RISES], better, start)
                    )
            unmark(blocks, jobs, job)
    counts[OLD_RISES] = min(counts[OLD_RISES], counts[RISES])
    age_rises(plan.rises, counts)


@njit(cache=True)
def _measure(plan: Plan, now: float) -> bool:
    return measure_rises(
        plan.times, plan.steps, plan.first, plan.chunks, plan.groups, plan.rises, plan.counts, now
    )
