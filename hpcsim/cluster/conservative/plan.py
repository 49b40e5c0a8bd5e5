"""What may happen to a plan: an arrival, a start, an end, a cancellation, an overrun.

Times are seconds on any clock that does not go back; sizes are cores; jobs are row numbers. A slot
is [start, start + estimate). Conservative backfilling as Feitelson and Weil describe it (IPPS 1998:
every job has a reservation and moves only when that delays nobody), in the variant whose walk after
an end goes once through the queue.
"""

from __future__ import annotations

import numpy as np

from .agenda import first_in_line
from .gain import leave, release
from .layout import (
    BLOCK,
    BLOCKS,
    CHUNKS,
    CLASS,
    DUE,
    DUE_HEAD,
    EARLIEST,
    END,
    IDLE,
    JOBS,
    KEY,
    LENGTH,
    MARK,
    NEXT,
    NOBODY,
    ORDER,
    PLANNED,
    RUNNING,
    SIZE,
    START,
    STATE,
    Plan,
    class_of,
    compiled,
    inlined,
)
from .line import dequeue, enqueue, unmark
from .profile import forget
from .search import earliest
from .walk import _lift, occupy, put, remember, smooth, walk


@compiled
def plan_arrival(plan: Plan, now: float, job: int, size: int, estimate: float, key: float) -> None:
    """Plan `job`, which arrives now, for its earliest start; nobody else is touched.

    `key` is its place in the queue, ascending, ties in row order. `size` must not exceed the cores.
    """
    plan.jobs[job, SIZE] = size
    plan.jobs[job, CLASS] = class_of(size)
    plan.jobs[job, BLOCK] = NOBODY
    plan.jobs[job, MARK] = 0
    plan.spans[job, LENGTH] = estimate
    plan.spans[job, KEY] = key
    forget(plan.first, plan.chunks, plan.counts, now)
    _place(plan, now, job)


@inlined
def _place(plan: Plan, now: float, job: int) -> None:
    size, length = plan.jobs[job, SIZE], plan.spans[job, LENGTH]
    n = plan.counts[CHUNKS]
    start = earliest(
        plan.times, plan.steps, plan.first, plan.chunks, n, now, size, length, np.inf, np.inf
    )
    i, k = occupy(plan, now, start, start + length, size)
    put(plan, now, job, start, i, k)
    if start > now and plan.jobs[job, BLOCK] == NOBODY:
        _wait(plan, job)


@inlined
def _wait(plan: Plan, job: int) -> None:
    enqueue(plan.queue, plan.blocks, plan.briefs, plan.spans, plan.jobs, plan.counts, job)


@inlined
def _wait_no_more(plan: Plan, job: int) -> None:
    _lift(plan, job)
    if plan.jobs[job, BLOCK] != NOBODY:
        dequeue(plan.queue, plan.blocks, plan.jobs, plan.counts, job)
        plan.jobs[job, BLOCK] = NOBODY
        leave(plan)


@compiled
def plan_end(plan: Plan, now: float, job: int) -> None:
    """The running `job` ends: what is left of its slot is free, and the queue moves up once."""
    plan.jobs[job, STATE] = IDLE
    _vacate(plan, now, job)


@compiled
def plan_cancel(plan: Plan, now: float, job: int) -> None:
    """The waiting `job` leaves: its slot is free, and the queue moves up as after an end."""
    _wait_no_more(plan, job)
    plan.jobs[job, STATE] = IDLE
    _vacate(plan, now, job)
    smooth(plan, plan.spans[job, START])


@inlined
def _vacate(plan: Plan, now: float, job: int) -> None:
    forget(plan.first, plan.chunks, plan.counts, now)
    begin, end = max(now, plan.spans[job, START]), plan.spans[job, END]
    if begin < end:
        release(plan, now, begin, end, plan.jobs[job, SIZE])
    walk(plan, now)


@compiled
def planned_start(plan: Plan, job: int) -> float:
    """When `job` is planned to start, or has started."""
    return plan.spans[job, START]


@compiled
def next_start(plan: Plan) -> float:
    """The earliest planned start; infinite if there is none."""
    due = plan.counts[DUE_HEAD]
    if due != NOBODY:
        return min(plan.spans[due, START], plan.scalars[EARLIEST])
    return plan.scalars[EARLIEST]


@compiled
def pop_start(plan: Plan, now: float) -> int:
    """Start the job whose planned start comes first, of several the one planned first.

    The job, or -1 if none is planned for now or earlier. A job that starts later than planned
    keeps its whole estimate: its slot moves, and all that wait are planned anew.
    """
    job = first_in_line(
        plan.times, plan.steps, plan.first, plan.chunks, plan.spans, plan.scalars, plan.counts
    )
    if job == NOBODY or plan.spans[job, START] > now:
        return NOBODY
    _wait_no_more(plan, job)
    plan.jobs[job, STATE] = RUNNING
    if plan.spans[job, START] < now:
        plan.spans[job, START] = now
        extend(plan, now, job, now + plan.spans[job, LENGTH])
    return job


@compiled
def extend(plan: Plan, now: float, job: int, new_expected_end: float) -> None:
    """The running `job` outlives its slot, which grows to `new_expected_end`.

    All that wait are lifted out and planned anew in queue order, as if they arrived now.
    """
    _lift_everybody(plan, now)
    size = plan.jobs[job, SIZE]
    occupy(plan, now, max(now, plan.spans[job, END]), new_expected_end, size)
    plan.spans[job, END] = new_expected_end
    for i in range(plan.counts[BLOCKS]):
        block = plan.blocks[ORDER, i]
        for at in range(plan.blocks[JOBS, block]):
            _place(plan, now, plan.queue[block, at])


@compiled
def _lift_everybody(plan: Plan, now: float) -> None:
    due = plan.counts[DUE_HEAD]
    while due != NOBODY:
        if plan.jobs[due, BLOCK] == NOBODY:
            _wait(plan, due)
        due = plan.jobs[due, NEXT]
        if due == plan.counts[DUE_HEAD]:
            break
    for i in range(plan.counts[BLOCKS]):
        block = plan.blocks[ORDER, i]
        for at in range(plan.blocks[JOBS, block]):
            job = plan.queue[block, at]
            if plan.jobs[job, STATE] in (PLANNED, DUE):
                _lift(plan, job)
            begin, end = max(now, plan.spans[job, START]), plan.spans[job, END]
            if begin < end:
                release(plan, now, begin, end, plan.jobs[job, SIZE])
                smooth(plan, plan.spans[job, START])
            unmark(plan.blocks, plan.jobs, job)
    # Everybody is placed anew: what was freed before is of no use to anybody.
    remember(plan)
    remember(plan)
