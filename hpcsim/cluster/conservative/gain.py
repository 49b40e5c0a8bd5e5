"""Who may gain from freed cores: those that could slide forward, and those that could jump.

A waiting job sits where the step just before its start had too few cores for it. When cores are
freed in [begin, end), it can start earlier only if that step was freed, so that it starts in
(begin, end] (a slide), or if its cores are now free for its whole length around some moment of
[begin, end) (a jump). Whoever can is marked, and the walk looks only at marked jobs.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .change import give
from .layout import (
    BLOCKS,
    CHUNKS,
    GROUPS,
    JOBS,
    JUMP,
    LEFT,
    LENGTH,
    ORDER,
    SHORTEST,
    SIZE,
    SMALLEST,
    START,
    STRETCH,
    WAITING,
    Plan,
    group_of,
)
from .line import mark
from .search import earliest, free_until, slide


@njit(cache=True)
def join_group(groups: np.ndarray, size: int, length: float) -> None:
    """A job of `size` and `length` waits."""
    group = group_of(size)
    groups[SMALLEST, group] = min(groups[SMALLEST, group], float(size))
    groups[SHORTEST, group] = min(groups[SHORTEST, group], length)


@njit(cache=True)
def leave_group(
    groups: np.ndarray,
    counts: np.ndarray,
    queue: np.ndarray,
    blocks: np.ndarray,
    jobs: np.ndarray,
    spans: np.ndarray,
) -> None:
    """A job waits no more: count the groups afresh when half as many have left as wait."""
    counts[LEFT] += 2
    if counts[LEFT] <= counts[WAITING]:
        return
    counts[LEFT] = 0
    groups[:] = np.inf
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        for at in range(blocks[JOBS, block]):
            job = queue[block, at]
            join_group(groups, jobs[job, SIZE], spans[job, LENGTH])


@njit(cache=True)
def release(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Free `size` cores in [begin, end) and mark who may gain from it."""
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
    if (
        most > 0
        and plan.counts[WAITING] > 0
        and _offers(
            plan.times,
            plan.steps,
            plan.first,
            plan.chunks,
            plan.counts[CHUNKS],
            plan.groups,
            now,
            begin,
            end,
            most,
        )
    ):
        _mark_jumps(
            plan.times,
            plan.steps,
            plan.first,
            plan.chunks,
            plan.counts,
            plan.groups,
            plan.queue,
            plan.blocks,
            plan.jobs,
            plan.spans,
            now,
            begin,
            end,
            most,
        )


@njit(cache=True)
def _offers(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    n: int,
    groups: np.ndarray,
    now: float,
    begin: float,
    end: float,
    most: int,
) -> bool:
    # How long, at the very most, each group's cores stay free around [begin, end): larger jobs
    # are offered no more than smaller ones. False if that is too short for all.
    useful = False
    offer = np.inf
    for group in range(GROUPS):
        if (1 << group) > most:
            break
        groups[STRETCH, group] = -1.0
        if groups[SMALLEST, group] <= most and groups[SHORTEST, group] <= offer:
            size = int(groups[SMALLEST, group])
            start = slide(times, steps, first, chunks, n, now, begin, size)
            offer = free_until(times, steps, first, chunks, n, end, size) - start
            if groups[SHORTEST, group] <= offer:
                groups[STRETCH, group] = offer
                useful = True
    return useful


@njit(cache=True)
def _mark_jumps(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    groups: np.ndarray,
    queue: np.ndarray,
    blocks: np.ndarray,
    jobs: np.ndarray,
    spans: np.ndarray,
    now: float,
    begin: float,
    end: float,
    most: int,
) -> None:
    n = counts[CHUNKS]
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        for at in range(blocks[JOBS, block]):
            job = queue[block, at]
            size, length = jobs[job, SIZE], spans[job, LENGTH]
            if size <= most and length <= groups[STRETCH, group_of(size)]:
                start = spans[job, START]
                if start > begin:
                    bound = min(end, start)
                    back = slide(times, steps, first, chunks, n, now, begin, size)
                    if earliest(times, steps, first, chunks, n, back, size, length, bound) < bound:
                        mark(blocks, jobs, job, JUMP)
