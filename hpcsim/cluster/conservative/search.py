"""Searching the profile: the earliest fit, how far back a start can slide, the longest gap."""

from __future__ import annotations

import numpy as np

from .layout import COUNT, FREE, HIGH, ID, LOW, SHIFT, inlined
from .profile import seek, within


@inlined
def _next_open(steps: np.ndarray, chunks: np.ndarray, i: int, k: int, size: int) -> tuple[int, int]:
    # The first step from (i, k) on with `size` cores free; the last step of all has plenty.
    while True:
        if chunks[HIGH, i] >= size:
            chunk, need = chunks[ID, i], size - chunks[SHIFT, i]
            for at in range(k, chunks[COUNT, i]):
                if steps[chunk, FREE, at] >= need:
                    return i, at
        i += 1
        k = 0


@inlined
def _next_blocked(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    i: int,
    k: int,
    n: int,
    size: int,
    stop: float,
) -> tuple[int, int, bool]:
    # The first step from (i, k) on with too few cores, unless it begins at `stop` or later.
    while True:
        if chunks[LOW, i] < size:
            chunk, need = chunks[ID, i], size - chunks[SHIFT, i]
            for at in range(k, chunks[COUNT, i]):
                if steps[chunk, FREE, at] < need:
                    return i, at, times[chunk, at] < stop
        i += 1
        k = 0
        if i >= n or first[i] >= stop:
            return i, 0, False


@inlined
def earliest(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    n: int,
    start: float,
    size: int,
    length: float,
    bound: float,
    end: float,
) -> float:
    """The earliest time from `start` on at which `size` cores are free for `length` seconds.

    Infinite if there is none before `bound` that lets the job end by `end`. A job of no length
    needs its cores at its one moment.
    """
    i = seek(first, n, start)
    k = within(times, chunks[ID, i], chunks[COUNT, i], start)
    while True:
        i, k = _next_open(steps, chunks, i, k, size)
        start = max(start, times[chunks[ID, i], k])
        if start >= bound or start + length > end:
            return np.inf
        i, k, blocked = _next_blocked(times, steps, first, chunks, i, k, n, size, start + length)
        if not blocked:
            return start


@inlined
def slide(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    n: int,
    now: float,
    start: float,
    size: int,
) -> float:
    """The earliest time, not before `now`, from which `size` cores are free until `start`."""
    i = seek(first, n, start)
    k = within(times, chunks[ID, i], chunks[COUNT, i], start)
    if times[chunks[ID, i], k] < start:
        k += 1
    while start > now:
        k -= 1
        if k < 0:
            if i == 0:
                return now
            i -= 1
            k = chunks[COUNT, i] - 1
        chunk = chunks[ID, i]
        if k == chunks[COUNT, i] - 1 and chunks[LOW, i] >= size:
            k = 0
        elif steps[chunk, FREE, k] + chunks[SHIFT, i] < size:
            return start
        start = times[chunk, k]
    return now
