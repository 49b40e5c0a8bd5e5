"""The arrays a conservative plan lives in: few, plain, and large enough for every job at once.

The profile of free cores is a sorted list of steps, each with the time at which it begins and the
cores free from then until the next step. The steps lie in chunks of `WIDTH`, and every chunk knows
its lowest and highest free count and a shift that all its steps share, so that a search or a change
over a long time touches chunks, not steps. Each step also heads the list of the jobs that are
planned to start there. The waiting jobs lie, in queue order, in blocks of `WIDTH`; every block
knows the shortest length of each class of size in it (`briefs`, perhaps lower than the truth).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

WIDTH = 64
"""Steps in a chunk and jobs in a block, at most."""

# Rows of `steps[chunk]`.
FREE, HEAD = 0, 1

# Rows of `chunks`, a column a chunk in order of time; spare chunk ids lie behind the used ones.
ID, COUNT, LOW, HIGH, SHIFT, STARTS = range(6)

# Columns of `spans`, a row a job: planned or real start, end of its slot, length, queue key.
START, END, LENGTH, KEY = range(4)

# Columns of `jobs`, a row a job: cores, neighbours in the list of jobs that start at one step,
# block of the queue, whether it may slide, state, and class by size.
SIZE, NEXT, PREV, BLOCK, MARK, STATE, CLASS = range(7)
IDLE, PLANNED, DUE, RUNNING = range(4)

# Rows of `blocks`, a column a block: spare ids behind the used ones, all but `ORDER` by block id.
ORDER, JOBS, MARKS = range(3)

CLASSES = 16
"""Jobs are classed by the power of two that their size reaches."""

STAIRS = 8
"""Offers that are kept of a class, at most; a plan seldom has more to tell apart."""

# `counts`: chunks and blocks in use, waiting jobs, first job that is due at once, the machine's
# cores, twice the departures since LATEST was last worked out, which set of offers this walk adds
# to, whether it has any, whether the moves of the last walk left any, the last job of those, and
# from there on the waiting jobs of each class.
CHUNKS, BLOCKS, WAITING, DUE_HEAD, CORES, LEFT, TURN, FREED, LATE, LATE_BY, OF_CLASS = range(11)

# `offers[set]`: the longest offer to each class, below zero if there is none; and since when a
# stretch under inspection is open for it.
OPEN = 2

# Columns of `stairs[set, class]`: since when, for how long. What is not in use is infinite, and one
# stair more than may be used ends every search.
SINCE, LONG = range(2)

# `scalars`: the earliest planned start; a time after which no job is planned to start; and the
# queue key of the last job that moved.
EARLIEST, LATEST, LATE_KEY = range(3)

NOBODY = -1
# What is free from infinity on; adding or subtracting any machine's cores must not overflow.
PLENTY = 2**30


# None of these functions makes an array or keeps one, so they need not count references to those
# they are handed; counting took three quarters of the time.
compiled = njit(cache=True, _nrt=False)
# Handing over the words of a dozen arrays takes as long as a search of a small profile: what every
# event goes through becomes part of its caller. The rare and large remain calls.
inlined = njit(cache=True, _nrt=False, forceinline=True)


class Plan(NamedTuple):
    """A conservative plan: the profile, the queue and every job's slot (see the module)."""

    times: np.ndarray
    steps: np.ndarray
    first: np.ndarray
    chunks: np.ndarray
    spans: np.ndarray
    jobs: np.ndarray
    queue: np.ndarray
    blocks: np.ndarray
    offers: np.ndarray
    stairs: np.ndarray
    briefs: np.ndarray
    scalars: np.ndarray
    counts: np.ndarray


def make_plan(cores: int, capacity: int) -> Plan:
    """An empty plan of a machine of `cores` cores with rows for `capacity` jobs."""
    if not 0 < cores < PLENTY:
        raise ValueError(f"cores must lie between 1 and {PLENTY - 1}, not {cores}")
    plan = _arrays(max(capacity, 1))
    plan.counts[:] = 0
    plan.counts[CORES] = cores
    plan.counts[CHUNKS] = 1
    plan.counts[DUE_HEAD] = NOBODY
    plan.scalars[:] = np.inf, -np.inf, -np.inf
    plan.offers[:] = -1
    plan.stairs[:] = np.inf
    plan.first[0] = -np.inf
    plan.times[0] = np.inf
    plan.times[0, 0] = -np.inf
    plan.steps[0, FREE, :2] = cores, PLENTY
    plan.steps[0, HEAD, :2] = NOBODY
    plan.chunks[COUNT:, 0] = 2, cores, PLENTY, 0, 0
    return plan


def grow(plan: Plan, capacity: int) -> Plan:
    """The same plan with rows for `capacity` jobs; the old one must not be used any more."""
    if capacity <= len(plan.jobs):
        return plan
    larger = _arrays(capacity)
    for old, new in zip(plan, larger, strict=True):
        new[tuple(slice(0, length) for length in old.shape)] = old
    return larger


def _arrays(capacity: int) -> Plan:
    # A chunk whose neighbours could take its steps is merged, so sixteen steps fill one on average.
    n_chunks = capacity // 4 + 8
    n_blocks = capacity // 4 + 8
    chunks = np.empty((6, n_chunks), np.int32)
    chunks[ID] = np.arange(n_chunks)
    blocks = np.zeros((3, n_blocks), np.int32)
    blocks[ORDER] = np.arange(n_blocks)
    return Plan(
        times=np.empty((n_chunks, WIDTH)),
        steps=np.empty((n_chunks, 2, WIDTH), np.int32),
        first=np.empty(n_chunks),
        chunks=chunks,
        spans=np.empty((capacity, 4)),
        jobs=np.zeros((capacity, 7), np.int32),
        queue=np.empty((n_blocks, WIDTH), np.int32),
        blocks=blocks,
        offers=np.empty((3, CLASSES)),
        stairs=np.empty((2, CLASSES, STAIRS + 1, 2)),
        briefs=np.empty((n_blocks, CLASSES)),
        scalars=np.empty(3),
        counts=np.empty(OF_CLASS + CLASSES, np.int64),
    )


@inlined
def class_of(cores: int) -> int:
    """The power of two that `cores` (at least 1) reach, the last class for all above."""
    number = 0
    while cores > 1 and number < CLASSES - 1:
        cores >>= 1
        number += 1
    return number
