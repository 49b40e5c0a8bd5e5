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
    FREED_UNTIL,
    JOBS,
    JUMP,
    KEY,
    LATE,
    LATE_BY,
    LATE_KEY,
    LATE_SINCE,
    LATE_UNTIL,
    LENGTH,
    MARK,
    MARKS,
    NOBODY,
    ORDER,
    SIZE,
    SLIDE,
    START,
    Plan,
    compiled,
    inlined,
)
from .line import unmark
from .profile import edge, tidy
from .search import earliest, slide


@inlined
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


@inlined
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


@inlined
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


@inlined
def smooth(plan: Plan, time: float) -> None:
    """Remove the step at `time` if it says nothing."""
    tidy(plan.times, plan.steps, plan.first, plan.chunks, plan.briefs, plan.counts, time)


@inlined
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


@inlined
def _better_start(
    plan: Plan, now: float, job: int, may_slide: bool, may_jump: bool, until: float
) -> float:
    n = plan.counts[CHUNKS]
    size = plan.jobs[job, SIZE]
    start = better = plan.spans[job, START]
    if may_slide:
        better = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, start, size)
    if may_jump and better > now:
        length = plan.spans[job, LENGTH]
        until = min(until, better)
        jump = earliest(
            plan.times, plan.steps, plan.first, plan.chunks, n, now, size, length, until, start
        )
        better = min(better, jump)
    return better


@inlined
def remember(plan: Plan) -> None:
    """What was freed since this was last called is of use only to those before the last mover."""
    counts, scalars = plan.counts, plan.scalars
    counts[LATE], counts[FREED] = counts[FREED], 0
    scalars[LATE_SINCE], scalars[FREED_SINCE] = scalars[FREED_SINCE], np.inf
    scalars[LATE_UNTIL], scalars[FREED_UNTIL] = scalars[FREED_UNTIL], -np.inf


@inlined
def _passed(plan: Plan, job: int) -> bool:
    key, last = plan.spans[job, KEY], plan.scalars[LATE_KEY]
    return key > last or (key == last and job >= plan.counts[LATE_BY])


@compiled
def walk(plan: Plan, now: float) -> None:
    """Look once, in queue order, at each waiting job for which something was freed."""
    counts, scalars = plan.counts, plan.scalars
    blocks, jobs, spans = plan.blocks, plan.jobs, plan.spans
    freed, since, until = counts[FREED], scalars[FREED_SINCE], scalars[FREED_UNTIL]
    late, late_since, late_until = counts[LATE], scalars[LATE_SINCE], scalars[LATE_UNTIL]
    counts[FREED], scalars[FREED_SINCE], scalars[FREED_UNTIL] = 0, np.inf, -np.inf
    last = NOBODY
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        if blocks[MARKS, block] == 0 and freed == 0 and late == 0:
            continue
        for at in range(blocks[JOBS, block]):
            job = plan.queue[block, at]
            start = spans[job, START]
            if late > 0 and _passed(plan, job):
                late, late_since, late_until = 0, np.inf, -np.inf
            mark = jobs[job, MARK]
            may_jump = mark & JUMP != 0 or (
                jobs[job, SIZE] <= max(freed, late)
                and start > min(since, late_since)
                and now + spans[job, LENGTH] <= start
            )
            if not may_jump and mark == 0:
                continue
            if start > now:
                bound = np.inf if mark & JUMP else max(until, late_until)
                better = _better_start(plan, now, job, mark & SLIDE != 0, may_jump, bound)
                if better < start:
                    _move(plan, now, job, better)
                    freed = max(freed, counts[FREED])
                    since = min(since, scalars[FREED_SINCE])
                    until = max(until, scalars[FREED_UNTIL])
                    last = job
            unmark(blocks, jobs, job)
    remember(plan)
    if last != NOBODY:
        counts[LATE_BY], scalars[LATE_KEY] = last, spans[last, KEY]
