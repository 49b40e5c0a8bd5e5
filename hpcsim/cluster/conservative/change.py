"""Taking cores out of the profile and giving them back; who may gain from what was given back."""

from __future__ import annotations

import numpy as np

from .layout import (
    CHUNKS,
    COUNT,
    FREE,
    HEAD,
    HIGH,
    ID,
    LOW,
    NEXT,
    NOBODY,
    PLENTY,
    SHIFT,
    SIZE,
    STARTS,
    inlined,
)
from .line import mark
from .profile import add, edge, seek, within


@inlined
def _bounds(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    now: float,
    begin: float,
    end: float,
) -> tuple[int, int, int, int]:
    # Places of the steps at `begin` and `end`. What lies before `now` is never read again, so a
    # span that begins now may as well begin with the step that covers it.
    if begin > now:
        i, k = edge(times, steps, first, chunks, counts, begin)
    else:
        i = seek(first, counts[CHUNKS], now)
        k = within(times, chunks[ID, i], chunks[COUNT, i], now)
    n = counts[CHUNKS]
    j, m = edge(times, steps, first, chunks, counts, end)
    if counts[CHUNKS] != n:
        begin = max(begin, now)
        i = seek(first, counts[CHUNKS], begin)
        k = within(times, chunks[ID, i], chunks[COUNT, i], begin)
    return i, k, j, m


@inlined
def take(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    now: float,
    begin: float,
    end: float,
    size: int,
) -> None:
    """Occupy `size` cores in [begin, end)."""
    if begin < end:
        i, k, j, m = _bounds(times, steps, first, chunks, counts, now, begin, end)
        add(steps, chunks, i, k, j, m, -size)


@inlined
def give(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    jobs: np.ndarray,
    blocks: np.ndarray,
    now: float,
    begin: float,
    end: float,
    size: int,
) -> tuple[int, int]:
    """Free `size` cores in [begin, end); return the fewest and the most that are free in it.

    A waiting job that starts in (begin, end] and now finds its cores free just before its start
    is marked.
    """
    if not begin < end:
        return 0, 0
    i, k, j, m = _bounds(times, steps, first, chunks, counts, now, begin, end)
    add(steps, chunks, i, k, j, m, size)
    least, most = PLENTY, 0
    before = 0
    while i < j or k <= m:
        chunk, shift = chunks[ID, i], chunks[SHIFT, i]
        last = m if i == j else chunks[COUNT, i] - 1
        if k == 0 and i < j and chunks[STARTS, i] == 0:
            least, most = min(least, chunks[LOW, i]), max(most, chunks[HIGH, i])
            before = steps[chunk, FREE, last] + shift
        else:
            for at in range(k, last + 1):
                if before > 0 and steps[chunk, HEAD, at] != NOBODY:
                    _mark_ring(blocks, jobs, steps[chunk, HEAD, at], before)
                before = steps[chunk, FREE, at] + shift
                if i < j or at < m:
                    least, most = min(least, before), max(most, before)
        if i == j:
            break
        i += 1
        k = 0
    return least, most


@inlined
def _mark_ring(blocks: np.ndarray, jobs: np.ndarray, head: int, free: int) -> None:
    job = head
    while True:
        if jobs[job, SIZE] <= free:
            mark(blocks, jobs, job)
        job = jobs[job, NEXT]
        if job == head:
            return
