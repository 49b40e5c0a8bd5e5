"""Who starts when: the ring of jobs planned for one step, and the ring of those due at once.

A ring is in the order in which the plans were made; its head's PREV is its tail.
"""

from __future__ import annotations

import numpy as np

from .layout import (
    CHUNKS,
    COUNT,
    DUE,
    DUE_HEAD,
    EARLIEST,
    HEAD,
    ID,
    LATEST,
    NEXT,
    NOBODY,
    PLANNED,
    PREV,
    START,
    STARTS,
    STATE,
    compiled,
    inlined,
)
from .profile import seek, within


@inlined
def _join(jobs: np.ndarray, head: int, job: int) -> int:
    if head == NOBODY:
        jobs[job, NEXT] = jobs[job, PREV] = job
        return job
    tail = jobs[head, PREV]
    jobs[tail, NEXT] = jobs[head, PREV] = job
    jobs[job, NEXT], jobs[job, PREV] = head, tail
    return head


@inlined
def _leave(jobs: np.ndarray, head: int, job: int) -> int:
    after, before = jobs[job, NEXT], jobs[job, PREV]
    if after == job:
        return NOBODY
    jobs[before, NEXT], jobs[after, PREV] = after, before
    return after if head == job else head


@inlined
def make_due(jobs: np.ndarray, counts: np.ndarray, job: int) -> None:
    """Job is planned for the present moment."""
    counts[DUE_HEAD] = _join(jobs, counts[DUE_HEAD], job)
    jobs[job, STATE] = DUE


@inlined
def enlist(
    steps: np.ndarray,
    chunks: np.ndarray,
    jobs: np.ndarray,
    scalars: np.ndarray,
    i: int,
    k: int,
    start: float,
    job: int,
) -> None:
    """Job is planned to start at step `k` of chunk `i`, after those planned there before it."""
    chunk = chunks[ID, i]
    if steps[chunk, HEAD, k] == NOBODY:
        chunks[STARTS, i] += 1
        scalars[EARLIEST] = min(scalars[EARLIEST], start)
        scalars[LATEST] = max(scalars[LATEST], start)
    steps[chunk, HEAD, k] = _join(jobs, steps[chunk, HEAD, k], job)
    jobs[job, STATE] = PLANNED


@inlined
def delist(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    jobs: np.ndarray,
    spans: np.ndarray,
    scalars: np.ndarray,
    counts: np.ndarray,
    job: int,
) -> None:
    """Job has no planned start any more."""
    if jobs[job, STATE] == DUE:
        counts[DUE_HEAD] = _leave(jobs, counts[DUE_HEAD], job)
        return
    start = spans[job, START]
    i = seek(first, counts[CHUNKS], start)
    chunk = chunks[ID, i]
    k = within(times, chunk, chunks[COUNT, i], start)
    head = _leave(jobs, steps[chunk, HEAD, k], job)
    steps[chunk, HEAD, k] = head
    if head == NOBODY:
        chunks[STARTS, i] -= 1
        if start == scalars[EARLIEST]:
            scalars[EARLIEST] = _first_start(times, steps, chunks, counts[CHUNKS])


@compiled
def _first_start(times: np.ndarray, steps: np.ndarray, chunks: np.ndarray, n: int) -> float:
    for i in range(n):
        if chunks[STARTS, i] > 0:
            chunk = chunks[ID, i]
            for k in range(chunks[COUNT, i]):
                if steps[chunk, HEAD, k] != NOBODY:
                    return times[chunk, k]
    return np.inf


@inlined
def first_in_line(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    spans: np.ndarray,
    scalars: np.ndarray,
    counts: np.ndarray,
) -> int:
    """The job that starts next, `NOBODY` if none is planned for a finite time."""
    due = counts[DUE_HEAD]
    start = scalars[EARLIEST]
    if due != NOBODY and spans[due, START] < start:
        return due
    if start == np.inf:
        return NOBODY
    i = seek(first, counts[CHUNKS], start)
    chunk = chunks[ID, i]
    return steps[chunk, HEAD, within(times, chunk, chunks[COUNT, i], start)]
