"""The queue: waiting jobs in (key, job) order, and which of them may slide."""

from __future__ import annotations

import numpy as np

from .layout import (
    BLOCK,
    BLOCKS,
    CLASS,
    JOBS,
    KEY,
    LENGTH,
    MARK,
    MARKS,
    OF_CLASS,
    ORDER,
    WAITING,
    WIDTH,
    compiled,
    inlined,
)


@inlined
def _before(spans: np.ndarray, a: int, b: int) -> bool:
    return spans[a, KEY] < spans[b, KEY] or (spans[a, KEY] == spans[b, KEY] and a < b)


@inlined
def enqueue(
    queue: np.ndarray,
    blocks: np.ndarray,
    briefs: np.ndarray,
    spans: np.ndarray,
    jobs: np.ndarray,
    counts: np.ndarray,
    job: int,
) -> None:
    """Put `job` into its place in the queue."""
    counts[WAITING] += 1
    counts[OF_CLASS + jobs[job, CLASS]] += 1
    if counts[BLOCKS] == 0:
        counts[BLOCKS] = 1
        blocks[JOBS:, blocks[ORDER, 0]] = 0
        briefs[blocks[ORDER, 0]] = np.inf
    i = 0
    n = counts[BLOCKS]
    while n > 1:
        half = n >> 1
        if not _before(spans, job, queue[blocks[ORDER, i + half], 0]):
            i += half
        n -= half
    if blocks[JOBS, blocks[ORDER, i]] == WIDTH:
        _split(queue, blocks, briefs, jobs, counts, i)
        if not _before(spans, job, queue[blocks[ORDER, i + 1], 0]):
            i += 1
    block = blocks[ORDER, i]
    at = blocks[JOBS, block]
    while at > 0 and _before(spans, job, queue[block, at - 1]):
        queue[block, at] = queue[block, at - 1]
        at -= 1
    queue[block, at] = job
    blocks[JOBS, block] += 1
    jobs[job, BLOCK] = block
    jobs[job, MARK] = 0
    number = jobs[job, CLASS]
    briefs[block, number] = min(briefs[block, number], spans[job, LENGTH])


@compiled
def _split(
    queue: np.ndarray,
    blocks: np.ndarray,
    briefs: np.ndarray,
    jobs: np.ndarray,
    counts: np.ndarray,
    i: int,
) -> None:
    n = counts[BLOCKS]
    spare = blocks[ORDER, n]
    for at in range(n, i + 1, -1):
        blocks[ORDER, at] = blocks[ORDER, at - 1]
    blocks[ORDER, i + 1] = spare
    counts[BLOCKS] = n + 1
    block = blocks[ORDER, i]
    for k in range(briefs.shape[1]):
        briefs[spare, k] = briefs[block, k]
    half = WIDTH // 2
    marks = 0
    for at in range(half):
        job = queue[block, half + at]
        queue[spare, at] = job
        jobs[job, BLOCK] = spare
        marks += jobs[job, MARK] != 0
    blocks[JOBS, block] = blocks[JOBS, spare] = half
    blocks[MARKS, spare] = marks
    blocks[MARKS, block] -= marks


@inlined
def dequeue(
    queue: np.ndarray, blocks: np.ndarray, jobs: np.ndarray, counts: np.ndarray, job: int
) -> None:
    """Take `job` out of the queue."""
    unmark(blocks, jobs, job)
    counts[WAITING] -= 1
    counts[OF_CLASS + jobs[job, CLASS]] -= 1
    block = jobs[job, BLOCK]
    at = 0
    while queue[block, at] != job:
        at += 1
    left = blocks[JOBS, block] - 1
    for k in range(at, left):
        queue[block, k] = queue[block, k + 1]
    blocks[JOBS, block] = left
    if left > 0:
        return
    n = counts[BLOCKS] - 1
    i = 0
    while blocks[ORDER, i] != block:
        i += 1
    for k in range(i, n):
        blocks[ORDER, k] = blocks[ORDER, k + 1]
    blocks[ORDER, n] = block
    counts[BLOCKS] = n


@inlined
def mark(blocks: np.ndarray, jobs: np.ndarray, job: int) -> None:
    """Cores were freed right before the start of `job`, so that it may slide."""
    if jobs[job, MARK] == 0:
        blocks[MARKS, jobs[job, BLOCK]] += 1
    jobs[job, MARK] = 1


@inlined
def unmark(blocks: np.ndarray, jobs: np.ndarray, job: int) -> None:
    """`job` cannot slide until cores are freed right before its start again."""
    if jobs[job, MARK] != 0:
        jobs[job, MARK] = 0
        blocks[MARKS, jobs[job, BLOCK]] -= 1
