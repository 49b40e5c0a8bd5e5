"""Events in time order: a binary heap of records, smallest (time, rank) first.

Slot 0 is the header: its `job` is the number of events. The children of slot i are 2i and 2i + 1.
"""

from __future__ import annotations

import numpy as np
from numba import njit

EVENT = np.dtype([("time", "f8"), ("rank", "i4"), ("job", "i4")], align=True)


@njit(cache=True, inline="always")
def push_event(heap, time, rank, job):
    """Add an event; the heap must have a free slot."""
    hole = heap[0].job + 1
    heap[0].job = hole
    while hole > 1:
        parent = hole >> 1
        above = heap[parent]
        if above.time < time or (above.time == time and above.rank < rank):
            break
        heap[hole].time = above.time
        heap[hole].rank = above.rank
        heap[hole].job = above.job
        hole = parent
    slot = heap[hole]
    slot.time = time
    slot.rank = rank
    slot.job = job


@njit(cache=True, inline="always")
def _before(a, b):
    if a.time != b.time:
        return a.time < b.time
    return a.rank < b.rank


@njit(cache=True, inline="always")
def pop_event(heap):
    """Remove the earliest event and return its job; the heap must not be empty."""
    job = heap[1].job
    count = heap[0].job
    heap[0].job = count - 1
    last = heap[count]
    hole = 1
    child = 2
    while child < count:
        if child + 1 < count and _before(heap[child + 1], heap[child]):
            child += 1
        below = heap[child]
        if not _before(below, last):
            break
        heap[hole].time = below.time
        heap[hole].rank = below.rank
        heap[hole].job = below.job
        hole = child
        child = hole << 1
    slot = heap[hole]
    slot.time = last.time
    slot.rank = last.rank
    slot.job = last.job
    return job


@njit(cache=True)
def hasten_event(heap, rank, time):
    """Bring the event of `rank` forward to `time`; whether there is such an event."""
    hole = 1
    while hole <= heap[0].job and heap[hole].rank != rank:
        hole += 1
    if hole > heap[0].job:
        return False
    job = heap[hole].job
    while hole > 1:
        parent = hole >> 1
        above = heap[parent]
        if above.time < time or (above.time == time and above.rank < rank):
            break
        heap[hole].time = above.time
        heap[hole].rank = above.rank
        heap[hole].job = above.job
        hole = parent
    slot = heap[hole]
    slot.time = time
    slot.rank = rank
    slot.job = job
    return True


@njit(cache=True)
def drop_event(heap, rank):
    """Take the event of `rank` out, if there is one."""
    if hasten_event(heap, rank, -np.inf):
        pop_event(heap)


@njit(cache=True, inline="always")
def next_time(heap):
    """The time of the earliest event, infinity without one."""
    if heap[0].job == 0:
        return np.inf
    return heap[1].time
