"""The walk after an end: each waiting job, in queue order, moves to its earliest start or stays.

Only a job for which something was freed since it was last looked at can move. Everybody else is
passed by: that changes nothing, and is what makes thousands of waiting jobs affordable. What is
freed behind the walk's back is looked at in the next walk.
"""

from __future__ import annotations

import numpy as np

from .agenda import delist, enlist, make_due
from .change import take
from .gain import release
from .layout import (
    BLOCKS,
    CHUNKS,
    CLASS,
    CLASSES,
    COUNT,
    END,
    FREED,
    ID,
    JOBS,
    KEY,
    LATE,
    LATE_BY,
    LATE_KEY,
    LENGTH,
    MARK,
    MARKS,
    NOBODY,
    ORDER,
    SIZE,
    START,
    TURN,
    Plan,
    compiled,
    inlined,
)
from .line import unmark
from .offers import offered_since, withdraw
from .profile import seek, tidy, within
from .search import earliest, slide


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
def occupy(plan: Plan, now: float, begin: float, end: float, size: int) -> tuple[int, int]:
    """Take a stretch of the profile; chunk and place of its first step, if that is to come."""
    return take(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.counts,
        now,
        begin,
        end,
        size,
    )


@inlined
def put(plan: Plan, now: float, job: int, start: float, i: int, k: int) -> None:
    """Plan `job` for `start`, which is step `k` of chunk `i`, if it is to come."""
    plan.spans[job, START] = start
    plan.spans[job, END] = start + plan.spans[job, LENGTH]
    if start <= now:
        make_due(plan.jobs, plan.counts, job)
    else:
        enlist(plan.steps, plan.chunks, plan.jobs, plan.scalars, i, k, start, job)


@inlined
def smooth(plan: Plan, time: float) -> None:
    """Remove the step at `time` if it says nothing."""
    times, chunks = plan.times, plan.chunks
    i = seek(plan.first, plan.counts[CHUNKS], time)
    chunk = chunks[ID, i]
    k = within(times, chunk, chunks[COUNT, i], time)
    if times[chunk, k] == time:
        tidy(times, plan.steps, plan.first, chunks, plan.counts, i, k)


@inlined
def _move(plan: Plan, now: float, job: int, start: float) -> None:
    old_start, old_end = plan.spans[job, START], plan.spans[job, END]
    size = plan.jobs[job, SIZE]
    end = start + plan.spans[job, LENGTH]
    _lift(plan, job)
    i, k = occupy(plan, now, start, min(old_start, end), size)
    put(plan, now, job, start, i, k)
    release(plan, now, max(old_start, end), old_end, size)
    smooth(plan, old_start)


@inlined
def remember(plan: Plan) -> None:
    """What the walk's moves have freed is of use only to those before the last that moved."""
    counts = plan.counts
    if counts[FREED] == 0 and counts[LATE] == 0:
        return
    counts[LATE], counts[FREED] = counts[FREED], 0
    counts[TURN] = 1 - counts[TURN]
    withdraw(plan.offers, plan.stairs, counts[TURN])


@inlined
def _forget_late(plan: Plan) -> None:
    plan.counts[LATE] = 0
    withdraw(plan.offers, plan.stairs, 1 - plan.counts[TURN])


@inlined
def _is_behind_the_last(plan: Plan, job: int) -> bool:
    key, last = plan.spans[job, KEY], plan.scalars[LATE_KEY]
    return key > last or (key == last and job >= plan.counts[LATE_BY])


@inlined
def _is_offered(offers: np.ndarray, brief: np.ndarray) -> bool:
    # Whether anybody of a block could be short enough for what its class is offered.
    found = False
    for number in range(CLASSES):
        found |= brief[number] <= max(offers[0, number], offers[1, number])
    return found


@inlined
def _jump(plan: Plan, now: float, job: int, better: float) -> float:
    # The earliest start before `better` at which the job fits among what was freed, ending before
    # its old start: had its cores been free up to that, it would slide.
    size, number = plan.jobs[job, SIZE], plan.jobs[job, CLASS]
    length, before = plan.spans[job, LENGTH], plan.spans[job, START]
    since = max(offered_since(plan.stairs, number, length), now)
    if since >= better or since + length > before:
        return better
    n = plan.counts[CHUNKS]
    jump = earliest(
        plan.times, plan.steps, plan.first, plan.chunks, n, since, size, length, better, before
    )
    return min(better, jump)


@compiled
def _look(plan: Plan, now: float, job: int) -> bool:
    """Move the job to its earliest start; whether it moved."""
    start = better = plan.spans[job, START]
    if start <= now:
        return False
    if plan.jobs[job, MARK]:
        n, size = plan.counts[CHUNKS], plan.jobs[job, SIZE]
        better = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, start, size)
    if better > now:
        better = _jump(plan, now, job, better)
    if better < start:
        _move(plan, now, job, better)
    return better < start


@compiled
def walk(plan: Plan, now: float) -> None:
    """Look once, in queue order, at each waiting job for which something was freed."""
    counts, blocks, jobs, spans = plan.counts, plan.blocks, plan.jobs, plan.spans
    offers, briefs = plan.offers, plan.briefs
    last = NOBODY
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        offered = (counts[FREED] or counts[LATE]) and _is_offered(offers, briefs[block])
        if blocks[MARKS, block] == 0 and not offered:
            continue
        briefs[block] = np.inf
        for at in range(blocks[JOBS, block]):
            job = plan.queue[block, at]
            number, length = jobs[job, CLASS], spans[job, LENGTH]
            briefs[block, number] = min(briefs[block, number], length)
            if counts[LATE] and _is_behind_the_last(plan, job):
                _forget_late(plan)
            offer = max(offers[0, number], offers[1, number])
            if jobs[job, MARK] == 0 and length > offer:
                continue
            if _look(plan, now, job):
                last = job
            unmark(blocks, jobs, job)
    remember(plan)
    if last != NOBODY:
        counts[LATE_BY], plan.scalars[LATE_KEY] = last, spans[last, KEY]
