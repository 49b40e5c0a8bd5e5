"""Who may gain from freed cores: those that could slide forward, and those that could jump.

A waiting job sits where the step just before its start had too few cores for it. When cores are
freed in [begin, end), it can start earlier only if that step was freed, so that it starts in
(begin, end] (a slide), or if its cores are now free for its whole length around some moment of
[begin, end) (a jump). Whoever can is marked, and the walk looks only at marked jobs.
"""

from __future__ import annotations

import numpy as np

from .change import give
from .layout import (
    BLOCKS,
    CHUNKS,
    CLASSES,
    COUNT,
    HEAD,
    ID,
    JOBS,
    JUMP,
    LATEST,
    LEFT,
    LENGTH,
    MARK,
    NEXT,
    NOBODY,
    ORDER,
    SHORTEST,
    SIZE,
    SMALLEST,
    START,
    STARTS,
    STRETCH,
    WAITING,
    Plan,
    class_of,
    compiled,
)
from .line import mark
from .profile import seek
from .search import earliest, free_until, slide


@compiled
def join_class(classes: np.ndarray, size: int, length: float) -> None:
    """A job of `size` and `length` waits."""
    number = class_of(size)
    classes[SMALLEST, number] = min(classes[SMALLEST, number], float(size))
    classes[SHORTEST, number] = min(classes[SHORTEST, number], length)


@compiled
def leave_class(plan: Plan) -> None:
    """A job waits no more: count the classes afresh when half as many have left as wait."""
    counts = plan.counts
    counts[LEFT] += 2
    if counts[LEFT] <= counts[WAITING]:
        return
    counts[LEFT] = 0
    plan.classes[:] = np.inf
    latest = -np.inf
    for i in range(counts[BLOCKS]):
        block = plan.blocks[ORDER, i]
        for at in range(plan.blocks[JOBS, block]):
            job = plan.queue[block, at]
            latest = max(latest, plan.spans[job, START])
            join_class(plan.classes, plan.jobs[job, SIZE], plan.spans[job, LENGTH])
    plan.scalars[LATEST] = latest


@compiled
def release(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Free `size` cores in [begin, end) and mark who may gain from it."""
    most = give(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.briefs,
        plan.counts,
        plan.jobs,
        plan.blocks,
        now,
        begin,
        end,
        size,
    )
    if (
        most > 0
        and begin < plan.scalars[LATEST]
        and plan.counts[WAITING] > 0
        and _offers(
            plan.times,
            plan.steps,
            plan.first,
            plan.chunks,
            plan.counts[CHUNKS],
            plan.classes,
            now,
            begin,
            end,
            most,
        )
    ):
        _mark_jumps(plan, now, begin, end, most)


@compiled
def _offers(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    n: int,
    classes: np.ndarray,
    now: float,
    begin: float,
    end: float,
    most: int,
) -> bool:
    # How long, at the very most, each class's cores stay free around [begin, end): larger jobs
    # are offered no more than smaller ones. False if that is too short for all.
    useful = False
    offer = np.inf
    for number in range(CLASSES):
        classes[STRETCH, number] = -1.0
        if classes[SMALLEST, number] <= most and classes[SHORTEST, number] <= offer:
            size = int(classes[SMALLEST, number])
            start = slide(times, steps, first, chunks, n, now, begin, size)
            offer = free_until(times, steps, first, chunks, n, end, size) - start
            if classes[SHORTEST, number] <= offer:
                classes[STRETCH, number] = offer
                useful = True
    return useful


@compiled
def _mark_jumps(plan: Plan, now: float, begin: float, end: float, most: int) -> None:
    # Look at the jobs that start after `begin`, chunk by chunk, where one is short enough.
    chunks, briefs, classes = plan.chunks, plan.briefs, plan.classes
    n = plan.counts[CHUNKS]
    for i in range(seek(plan.first, n, begin), n):
        if chunks[STARTS, i] > 0:
            chunk = chunks[ID, i]
            useful = False
            for number in range(CLASSES):
                useful |= briefs[chunk, number] <= classes[STRETCH, number]
            if useful:
                for number in range(CLASSES):
                    briefs[chunk, number] = np.inf
                for k in range(chunks[COUNT, i]):
                    head = plan.steps[chunk, HEAD, k]
                    if head != NOBODY:
                        _mark_ring(plan, chunk, head, now, begin, end, most)


@compiled
def _mark_ring(
    plan: Plan, chunk: int, head: int, now: float, begin: float, end: float, most: int
) -> None:
    jobs, briefs = plan.jobs, plan.briefs
    job = head
    while True:
        size, length = jobs[job, SIZE], plan.spans[job, LENGTH]
        number = class_of(size)
        briefs[chunk, number] = min(briefs[chunk, number], length)
        if (
            length <= plan.classes[STRETCH, number]
            and size <= most
            and plan.spans[job, START] > begin
            and jobs[job, MARK] & JUMP == 0
            and _fits(plan, job, now, begin, end)
        ):
            mark(plan.blocks, jobs, job, JUMP)
        job = jobs[job, NEXT]
        if job == head:
            return


@compiled
def _fits(plan: Plan, job: int, now: float, begin: float, end: float) -> bool:
    size, length = plan.jobs[job, SIZE], plan.spans[job, LENGTH]
    n = plan.counts[CHUNKS]
    bound = min(end, plan.spans[job, START])
    back = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, begin, size)
    start = earliest(plan.times, plan.steps, plan.first, plan.chunks, n, back, size, length, bound)
    return start < bound
