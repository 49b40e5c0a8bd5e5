"""Many short alignments at once: one pair in each 16-bit lane."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.lanes import broadcast, choose, largest
from ..vector.memory import load, store

LANES = isa.BYTES // 2
# Gaps are never worse than opening one from a score of 0, so nothing drifts out of 16 bits.
LOWEST = np.int16(-30_000)


@njit(cache=True, nogil=True)
def pack(bases: Array, first: int, count: int, packed: Array) -> None:
    """Sequences first..first+count side by side: base i of every pair in row i of lanes.

    Lanes without a pair repeat the last one.
    """
    length = bases.shape[1]
    for lane in range(LANES):
        row = first + min(lane, count - 1)
        for i in range(length):
            packed[i * LANES + lane] = bases[row, i]


@njit(cache=True, nogil=True)
def block(
    query: Array, rows: int, target: Array, columns: int, costs: Array, h: Array, e: Array,
    best: Array,
) -> None:  # fmt: skip
    """The scores of LANES packed pairs; h and e hold one column of the two matrices.

    Two columns of the target a turn, so that each value of h and e is loaded and stored once
    for two cells. `columns` is even.
    """
    match, mismatch = broadcast(costs[0], LANES), broadcast(costs[1], LANES)
    opening, extending = broadcast(costs[2], LANES), broadcast(costs[3], LANES)
    zero, low = broadcast(np.int16(0), LANES), broadcast(LOWEST, LANES)
    top = zero
    for i in range(rows):
        store(h, i * LANES, zero)
        store(e, i * LANES, low)
    for j in range(0, columns, 2):
        left, right = load(target, j * LANES, LANES), load(target, (j + 1) * LANES, LANES)
        left_diagonal, right_diagonal = zero, zero
        f, g = low, low
        for i in range(rows):
            base = load(query, i * LANES, LANES)
            old = load(h, i * LANES, LANES)
            gap = largest(old + opening, load(e, i * LANES, LANES) + extending)
            score = left_diagonal + choose(base == left, match, mismatch)
            left_diagonal = old
            above = largest(largest(score, zero), largest(gap, f))
            opened = above + opening
            f = largest(opened, f + extending)
            gap = largest(opened, gap + extending)
            score = right_diagonal + choose(base == right, match, mismatch)
            right_diagonal = above
            above_right = largest(largest(score, zero), largest(gap, g))
            g = largest(above_right + opening, g + extending)
            top = largest(top, largest(above, above_right))
            store(h, i * LANES, above_right)
            store(e, i * LANES, gap)
    store(best, 0, top)


@njit(cache=True, nogil=True)
def all_pairs(
    queries: Array, targets: Array, costs: Array, scores: Array, first: int, last: int
) -> None:
    """Scores of blocks first..last of LANES pairs; costs hold gaps as negative numbers."""
    rows, columns = queries.shape[1], targets.shape[1]
    even = columns + columns % 2
    query, target = np.empty(rows * LANES, np.int16), np.empty(even * LANES, np.int16)
    h, e = np.empty(rows * LANES, np.int16), np.empty(rows * LANES, np.int16)
    best = np.empty(LANES, np.int16)
    target[columns * LANES :] = -1
    for number in range(first, last):
        begin = number * LANES
        count = min(LANES, queries.shape[0] - begin)
        pack(queries, begin, count, query)
        pack(targets, begin, count, target)
        block(query, rows, target, even, costs, h, e, best)
        for lane in range(count):
            scores[begin + lane] = best[lane]
