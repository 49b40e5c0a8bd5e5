"""The walk after an end: each waiting job, in queue order, moves to its earliest start or stays.

Only a job for which something was freed since it was last looked at can move, and it was marked
then. Everybody else is passed by: that changes nothing, and is what makes thousands of waiting jobs
affordable. A mark that is set behind the walk's back is looked at in the next walk. While few wait,
nobody is marked for a jump, and all are looked at that are small enough and could jump that far.
"""

from __future__ import annotations

import numpy as np

from .agenda import delist, enlist, make_due
from .change import take
from .gain import release
from .layout import (
    BLOCKS,
    CHUNKS,
    END,
    FREED,
    FREED_SINCE,
    JOBS,
    JUMP,
    LENGTH,
    MARK,
    MARKS,
    ORDER,
    SIZE,
    SLIDE,
    START,
    Plan,
    compiled,
)
from .line import unmark
from .profile import edge, tidy
from .search import earliest, slide


@compiled
def put(plan: Plan, now: float, job: int, start: float) -> None:
    """Plan `job` for `start`; the profile already knows that its cores are taken then."""
    plan.spans[job, START] = start
    plan.spans[job, END] = start + plan.spans[job, LENGTH]
    if start <= now:
        make_due(plan.jobs, plan.counts, job)
        return
    i, k = edge(plan.times, plan.steps, plan.first, plan.chunks, plan.briefs, plan.counts, start)
    enlist(
        plan.steps, plan.chunks, plan.jobs, plan.spans, plan.briefs, plan.scalars, i, k, start, job
    )


@compiled
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


@compiled
def occupy(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Take a stretch of the profile."""
    take(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.briefs,
        plan.counts,
        now,
        begin,
        end,
        size,
    )


@compiled
def smooth(plan: Plan, time: float) -> None:
    """Remove the step at `time` if it says nothing."""
    tidy(plan.times, plan.steps, plan.first, plan.chunks, plan.briefs, plan.counts, time)


@compiled
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


@compiled
def _better_start(plan: Plan, now: float, job: int, may_jump: bool) -> float:
    n = plan.counts[CHUNKS]
    size = plan.jobs[job, SIZE]
    start = plan.spans[job, START]
    if plan.jobs[job, MARK] & SLIDE:
        start = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, start, size)
    if may_jump and start > now:
        length = plan.spans[job, LENGTH]
        start = earliest(
            plan.times, plan.steps, plan.first, plan.chunks, n, now, size, length, start
        )
    return start


@compiled
def walk(plan: Plan, now: float) -> None:
    """Look once, in queue order, at each waiting job for which something was freed."""
    counts, scalars = plan.counts, plan.scalars
    blocks, jobs, spans = plan.blocks, plan.jobs, plan.spans
    freed, since = counts[FREED], scalars[FREED_SINCE]
    counts[FREED], scalars[FREED_SINCE] = 0, np.inf
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        if blocks[MARKS, block] == 0 and freed == 0:
            continue
        for at in range(blocks[JOBS, block]):
            job = plan.queue[block, at]
            start = spans[job, START]
            may_jump = jobs[job, MARK] & JUMP != 0 or (
                jobs[job, SIZE] <= freed and start > since and now + spans[job, LENGTH] <= start
            )
            if not may_jump and jobs[job, MARK] == 0:
                continue
            if start > now:
                better = _better_start(plan, now, job, may_jump)
                if better < start:
                    _move(plan, now, job, better)
                    freed = max(freed, counts[FREED])
                    since = min(since, scalars[FREED_SINCE])
            unmark(blocks, jobs, job)
