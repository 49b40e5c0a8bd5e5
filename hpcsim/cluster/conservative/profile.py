"""The profile of free cores: finding, inserting and removing steps, adding over a time span."""

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
    NOBODY,
    SHIFT,
    STARTS,
    WIDTH,
    compiled,
    inlined,
)


@inlined
def seek(first: np.ndarray, n: int, time: float) -> int:
    """The chunk whose steps cover `time`."""
    low = 0
    while n > 1:
        half = n >> 1
        if first[low + half] <= time:
            low += half
        n -= half
    return low


@inlined
def within(times: np.ndarray, chunk: int, count: int, time: float) -> int:
    """The last step of `chunk` that begins no later than `time`; 0 if none does."""
    # Counting is one comparison after another without a branch to guess, several at once; and over
    # a whole chunk, of which what is not in use is infinite, no remainder goes one by one.
    before = 0
    for k in range(WIDTH):
        before += times[chunk, k] <= time
    return min(max(before, 1), count) - 1


@inlined
def refresh(steps: np.ndarray, chunks: np.ndarray, i: int) -> None:
    """Work out the lowest and highest free count of chunk `i` anew."""
    chunk = chunks[ID, i]
    low = high = steps[chunk, FREE, 0]
    for k in range(1, chunks[COUNT, i]):
        free = steps[chunk, FREE, k]
        low = min(low, free)
        high = max(high, free)
    chunks[LOW, i] = low + chunks[SHIFT, i]
    chunks[HIGH, i] = high + chunks[SHIFT, i]


@compiled
def _count_starts(steps: np.ndarray, chunks: np.ndarray, i: int) -> None:
    chunk = chunks[ID, i]
    starts = 0
    for k in range(chunks[COUNT, i]):
        starts += steps[chunk, HEAD, k] != NOBODY
    chunks[STARTS, i] = starts


@compiled
def _split(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    i: int,
    n: int,
) -> None:
    spare = chunks[ID, n]
    for j in range(n, i + 1, -1):
        first[j] = first[j - 1]
        for row in range(6):
            chunks[row, j] = chunks[row, j - 1]
    chunk = chunks[ID, i]
    half = WIDTH // 2
    for k in range(half):
        times[spare, k] = times[chunk, half + k]
        steps[spare, FREE, k] = steps[chunk, FREE, half + k]
        steps[spare, HEAD, k] = steps[chunk, HEAD, half + k]
    for k in range(half, WIDTH):
        times[spare, k] = times[chunk, k] = np.inf
    first[i + 1] = times[spare, 0]
    chunks[ID, i + 1] = spare
    chunks[COUNT, i] = chunks[COUNT, i + 1] = half
    chunks[SHIFT, i + 1] = chunks[SHIFT, i]
    for j in (i, i + 1):
        refresh(steps, chunks, j)
        _count_starts(steps, chunks, j)


@compiled
def _delete_chunk(first: np.ndarray, chunks: np.ndarray, counts: np.ndarray, i: int) -> None:
    n = counts[CHUNKS] - 1
    spare = chunks[ID, i]
    for j in range(i, n):
        first[j] = first[j + 1]
        for row in range(6):
            chunks[row, j] = chunks[row, j + 1]
    chunks[ID, n] = spare
    counts[CHUNKS] = n


@inlined
def edge(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    time: float,
) -> tuple[int, int]:
    """Chunk and place of the step that begins at `time`, inserted if there is none."""
    i = seek(first, counts[CHUNKS], time)
    chunk = chunks[ID, i]
    k = within(times, chunk, chunks[COUNT, i], time)
    if times[chunk, k] == time:
        return i, k
    if chunks[COUNT, i] == WIDTH:
        _split(times, steps, first, chunks, i, counts[CHUNKS])
        counts[CHUNKS] += 1
        if k >= WIDTH // 2:
            i += 1
            k -= WIDTH // 2
            chunk = chunks[ID, i]
    k += 1
    for m in range(chunks[COUNT, i], k, -1):
        times[chunk, m] = times[chunk, m - 1]
        steps[chunk, FREE, m] = steps[chunk, FREE, m - 1]
        steps[chunk, HEAD, m] = steps[chunk, HEAD, m - 1]
    times[chunk, k] = time
    steps[chunk, FREE, k] = steps[chunk, FREE, k - 1]
    steps[chunk, HEAD, k] = NOBODY
    chunks[COUNT, i] += 1
    return i, k


@inlined
def add(steps: np.ndarray, chunks: np.ndarray, i: int, k: int, j: int, m: int, cores: int) -> None:
    """Add `cores` to the steps from place `k` of chunk `i` up to, not with, `m` of chunk `j`."""
    chunk = chunks[ID, i]
    stop = m if i == j else chunks[COUNT, i]
    for at in range(k, stop):
        steps[chunk, FREE, at] += cores
    refresh(steps, chunks, i)
    if i == j:
        return
    for at in range(i + 1, j):
        chunks[LOW, at] += cores
        chunks[HIGH, at] += cores
        chunks[SHIFT, at] += cores
    if m > 0:
        chunk = chunks[ID, j]
        for at in range(m):
            steps[chunk, FREE, at] += cores
        refresh(steps, chunks, j)


@inlined
def level_before(steps: np.ndarray, chunks: np.ndarray, i: int, k: int) -> int:
    """The cores free just before step `k` of chunk `i` begins."""
    if k == 0:
        i -= 1
        k = chunks[COUNT, i]
    return steps[chunks[ID, i], FREE, k - 1] + chunks[SHIFT, i]


@compiled
def _merge(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    i: int,
) -> None:
    # Chunk i + 1 moves into chunk i.
    chunk, other = chunks[ID, i], chunks[ID, i + 1]
    count, more = chunks[COUNT, i], chunks[COUNT, i + 1]
    shift = chunks[SHIFT, i + 1] - chunks[SHIFT, i]
    for k in range(more):
        times[chunk, count + k] = times[other, k]
        steps[chunk, FREE, count + k] = steps[other, FREE, k] + shift
        steps[chunk, HEAD, count + k] = steps[other, HEAD, k]
    chunks[COUNT, i] = count + more
    chunks[LOW, i] = min(chunks[LOW, i], chunks[LOW, i + 1])
    chunks[HIGH, i] = max(chunks[HIGH, i], chunks[HIGH, i + 1])
    chunks[STARTS, i] += chunks[STARTS, i + 1]
    _delete_chunk(first, chunks, counts, i + 1)


@inlined
def tidy(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    i: int,
    k: int,
) -> None:
    """Remove step `k` of chunk `i` where nothing changes there and nobody starts there."""
    chunk = chunks[ID, i]
    count = chunks[COUNT, i]
    if steps[chunk, HEAD, k] != NOBODY or (i == 0 and k == 0):
        return
    if steps[chunk, FREE, k] + chunks[SHIFT, i] != level_before(steps, chunks, i, k):
        return
    for m in range(k, count - 1):
        times[chunk, m] = times[chunk, m + 1]
        steps[chunk, FREE, m] = steps[chunk, FREE, m + 1]
        steps[chunk, HEAD, m] = steps[chunk, HEAD, m + 1]
    count -= 1
    times[chunk, count] = np.inf
    chunks[COUNT, i] = count
    if count == 0:
        _delete_chunk(first, chunks, counts, i)
        return
    if k == 0:
        first[i] = times[chunk, 0]
    if count <= WIDTH // 4:
        if i > 0 and chunks[COUNT, i - 1] <= WIDTH // 2:
            _merge(times, steps, first, chunks, counts, i - 1)
        elif i + 1 < counts[CHUNKS] and chunks[COUNT, i + 1] <= WIDTH // 2:
            _merge(times, steps, first, chunks, counts, i)


@inlined
def forget(first: np.ndarray, chunks: np.ndarray, counts: np.ndarray, now: float) -> None:
    """Drop the chunks that ended before `now`."""
    while counts[CHUNKS] > 1 and first[1] <= now and chunks[STARTS, 0] == 0:
        _delete_chunk(first, chunks, counts, 0)
