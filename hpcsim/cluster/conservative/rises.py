"""Where cores were freed that some waiting job may jump into, far before its planned start.

A job whose start lies beyond a freed stretch can only jump into it if its cores stay free there for
its whole length. A freed stretch counts for one round of the queue: from the job whose move freed
it to the end of the walk, and in the next walk up to that job (here: to the next walk's end, which
costs a few looks more and changes nothing).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .change import most_free
from .layout import (
    BLOCKS,
    CHUNKS,
    GROUPS,
    JOBS,
    LEFT,
    LENGTH,
    OLD_RISES,
    ORDER,
    RISES,
    RISES_KEPT,
    SHORTEST,
    SIZE,
    SMALLEST,
    STRETCH,
    WAITING,
    group_of,
)
from .search import longest


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
    """A job waits no more: count the groups afresh when as many have left as wait."""
    counts[LEFT] += 1
    if counts[LEFT] <= counts[WAITING]:
        return
    counts[LEFT] = 0
    for group in range(GROUPS):
        groups[SMALLEST, group] = groups[SHORTEST, group] = np.inf
    for i in range(counts[BLOCKS]):
        block = blocks[ORDER, i]
        for at in range(blocks[JOBS, block]):
            job = queue[block, at]
            join_group(groups, jobs[job, SIZE], spans[job, LENGTH])


@njit(cache=True)
def widen(
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
    """Tell the groups how long [begin, end) offers them cores; false if long enough for none."""
    useful = False
    for group in range(GROUPS):
        if (1 << group) > most:
            break
        if groups[SMALLEST, group] <= most:
            size = int(groups[SMALLEST, group])
            stretch = longest(times, steps, first, chunks, n, now, begin, end, size)
            if stretch >= groups[SHORTEST, group]:
                useful = True
                groups[STRETCH, group] = max(groups[STRETCH, group], stretch)
    return useful


@njit(cache=True)
def note_rise(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    groups: np.ndarray,
    rises: np.ndarray,
    counts: np.ndarray,
    now: float,
    begin: float,
    end: float,
    most: int,
) -> None:
    """[begin, end) was freed, up to `most` cores: remember it if somebody may jump there."""
    if not widen(times, steps, first, chunks, counts[CHUNKS], groups, now, begin, end, most):
        return
    last = counts[RISES]
    if last == RISES_KEPT:
        rises[last - 1, 0] = min(rises[last - 1, 0], begin)
        rises[last - 1, 1] = max(rises[last - 1, 1], end)
        counts[OLD_RISES] = min(counts[OLD_RISES], last - 1)
        return
    rises[last, 0], rises[last, 1] = begin, end
    counts[RISES] = last + 1


@njit(cache=True)
def measure_rises(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    groups: np.ndarray,
    rises: np.ndarray,
    counts: np.ndarray,
    now: float,
) -> bool:
    """Work out anew what the freed stretches offer each group; false if nothing to anybody."""
    useful = False
    for group in range(GROUPS):
        groups[STRETCH, group] = -1.0
    n = counts[CHUNKS]
    for rise in range(counts[RISES]):
        begin, end = max(rises[rise, 0], now), rises[rise, 1]
        if begin < end:
            most = most_free(times, steps, first, chunks, n, begin, end)
            useful |= widen(times, steps, first, chunks, n, groups, now, begin, end, most)
    return useful


@njit(cache=True)
def touches_rise(rises: np.ndarray, n: int, begin: float, end: float) -> bool:
    """Whether [begin, end) meets a freed stretch."""
    met = False
    for rise in range(n):
        met |= begin < rises[rise, 1] and rises[rise, 0] < end
    return met


@njit(cache=True)
def age_rises(rises: np.ndarray, counts: np.ndarray) -> None:
    """A walk is over: what was freed before it is known to all."""
    old = counts[OLD_RISES]
    left = counts[RISES] - old
    for rise in range(left):
        rises[rise, 0], rises[rise, 1] = rises[rise + old, 0], rises[rise + old, 1]
    counts[RISES] = counts[OLD_RISES] = left
