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
    CLASS,
    CLASSES,
    COUNT,
    FEW,
    FREED,
    FREED_SINCE,
    FREED_UNTIL,
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
    OFFER,
    ORDER,
    SHORTEST,
    SINCE,
    SIZE,
    SMALLEST,
    START,
    STARTS,
    WAITING,
    Plan,
    compiled,
    inlined,
)
from .line import mark
from .profile import seek
from .search import earliest, free_until, slide


@inlined
def join_class(classes: np.ndarray, jobs: np.ndarray, spans: np.ndarray, job: int) -> None:
    """Job waits."""
    number = jobs[job, CLASS]
    classes[SMALLEST, number] = min(classes[SMALLEST, number], float(jobs[job, SIZE]))
    classes[SHORTEST, number] = min(classes[SHORTEST, number], spans[job, LENGTH])


@compiled
def leave_class(plan: Plan) -> None:
    """A job waits no more: count the classes afresh when half as many have left as wait."""
    counts = plan.counts
    counts[LEFT] += 2
    if counts[LEFT] <= counts[WAITING]:
        return
    counts[LEFT] = 0
    plan.classes[:OFFER] = np.inf
    latest = -np.inf
    for i in range(counts[BLOCKS]):
        block = plan.blocks[ORDER, i]
        for at in range(plan.blocks[JOBS, block]):
            job = plan.queue[block, at]
            latest = max(latest, plan.spans[job, START])
            join_class(plan.classes, plan.jobs, plan.spans, job)
    plan.scalars[LATEST] = latest


@inlined
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
    if most <= 0 or begin >= plan.scalars[LATEST]:
        return
    if plan.counts[WAITING] <= plan.counts[FEW]:
        plan.counts[FREED] = max(plan.counts[FREED], most)
        plan.scalars[FREED_SINCE] = min(plan.scalars[FREED_SINCE], begin)
        plan.scalars[FREED_UNTIL] = max(plan.scalars[FREED_UNTIL], end)
    elif _offers(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.counts[CHUNKS],
        plan.classes,
        now,
        begin,
        end,
        plan.scalars[LATEST],
        most,
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
    latest: float,
    most: int,
) -> bool:
    # For how long, at the very most, each class' cores stay free around [begin, end): larger jobs
    # are offered no more than smaller ones. False if that is too short for all.
    useful = False
    offer = np.inf
    since = now
    for number in range(CLASSES):
        shortest = classes[SHORTEST, number]
        classes[OFFER, number] = -1.0
        if classes[SMALLEST, number] > most or shortest > min(offer, latest - since):
            continue
        size = int(classes[SMALLEST, number])
        since = slide(times, steps, first, chunks, n, now, begin, size)
        if shortest > latest - since:
            continue
        offer = free_until(times, steps, first, chunks, n, end, size) - since
        if shortest <= offer:
            classes[OFFER, number], classes[SINCE, number] = offer, since
            useful = True
    return useful


@compiled
def _mark_jumps(plan: Plan, now: float, begin: float, end: float, most: int) -> None:
    # Look at the jobs that start after `begin`, chunk by chunk, where one is short enough. A jump
    # ends before the old start; had the cores been freed right up to it, it would be a slide.
    chunks, briefs, classes = plan.chunks, plan.briefs, plan.classes
    n = plan.counts[CHUNKS]
    for i in range(seek(plan.first, n, begin), n):
        if chunks[STARTS, i] > 0:
            chunk = chunks[ID, i]
            until = plan.first[i + 1] if i + 1 < n else plan.scalars[LATEST]
            useful = False
            for number in range(CLASSES):
                room = min(classes[OFFER, number], until - classes[SINCE, number])
                useful |= briefs[chunk, number] <= room
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
    jobs, briefs, classes = plan.jobs, plan.briefs, plan.classes
    start = plan.spans[head, START]
    job = head
    while True:
        length = plan.spans[job, LENGTH]
        number = jobs[job, CLASS]
        briefs[chunk, number] = min(briefs[chunk, number], length)
        if (
            start > begin
            and length <= min(classes[OFFER, number], start - classes[SINCE, number])
            and jobs[job, SIZE] <= most
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
    back = slide(plan.times, plan.steps, plan.first, plan.chunks, n, now, begin, size)
    before = plan.spans[job, START]
    start = earliest(
        plan.times, plan.steps, plan.first, plan.chunks, n, back, size, length, end, before
    )
    return start < np.inf
