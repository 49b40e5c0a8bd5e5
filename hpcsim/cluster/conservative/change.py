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
) -> tuple[int, int]:
    """Occupy `size` cores in [begin, end); chunk and place of the step at `begin`, if in future."""
    if begin < end:
        i, k, j, m = _bounds(times, steps, first, chunks, counts, now, begin, end)
        add(steps, chunks, i, k, j, m, -size)
        return i, k
    if begin > now:
        return edge(times, steps, first, chunks, counts, begin)
    return 0, 0


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
) -> tuple[int, int, int, int, int, int]:
    """Free `size` cores in [begin, end), which is not empty.

    The fewest and the most that are free in it, and chunk and place of the steps at its two ends. A
    waiting job that starts in (begin, end] and now finds its cores free just before its start is
    marked.
    """
    i, k, j, m = _bounds(times, steps, first, chunks, counts, now, begin, end)
    add(steps, chunks, i, k, j, m, size)
    least, most = PLENTY, 0
    before = 0
    at_chunk, from_step = i, k
    while at_chunk < j or from_step <= m:
        chunk, shift = chunks[ID, at_chunk], chunks[SHIFT, at_chunk]
        last = m if at_chunk == j else chunks[COUNT, at_chunk] - 1
        if from_step == 0 and at_chunk < j and chunks[STARTS, at_chunk] == 0:
            least, most = min(least, chunks[LOW, at_chunk]), max(most, chunks[HIGH, at_chunk])
            before = steps[chunk, FREE, last] + shift
        else:
            for at in range(from_step, last + 1):
                if before > 0 and steps[chunk, HEAD, at] != NOBODY:
                    _mark_ring(blocks, jobs, steps[chunk, HEAD, at], before)
                before = steps[chunk, FREE, at] + shift
                if at_chunk < j or at < m:
                    least, most = min(least, before), max(most, before)
        if at_chunk == j:
            break
        at_chunk += 1
        from_step = 0
    return least, most, i, k, j, m


@inlined
def _mark_ring(blocks: np.ndarray, jobs: np.ndarray, head: int, free: int) -> None:
    job = head
    while True:
        if jobs[job, SIZE] <= free:
            mark(blocks, jobs, job)
        job = jobs[job, NEXT]
        if job == head:
            return
