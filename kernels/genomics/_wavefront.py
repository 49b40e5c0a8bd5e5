"""One long alignment along anti-diagonals: a strip of query rows, one in each lane.

At step t lane r computes column t - r of its row, so everything that it needs comes from the two
steps before: its own lane for the left cell, the lane above for the upper and the diagonal one.
Lane 0 takes the last row of the strip above, kept in an array; the last lane writes it anew.
The bases of a step lie side by side in the target read backwards: a load, where moving them on by
a lane would take shuffles, of which a core does one at a time.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.lanes import broadcast, choose, lane, largest, peak, shift_in
from ..vector.memory import load

# Twice the width of a register: the steps depend on each other, so one alone leaves units idle.
LANES = isa.BYTES
LOWEST = -30_000


@njit(cache=True, nogil=True)
def strip(
    query: Array, at: int, target: Array, columns: int, costs: Array, h: Array, f: Array
) -> int:
    """The best score in rows at..at+LANES; h and f hold the last row of the strip above.

    `target` is read backwards and has LANES bases that match nothing before and after its `columns`
    own; rows beyond the query must match nothing.
    """
    match, mismatch = broadcast(costs[0], LANES), broadcast(costs[1], LANES)
    opening, extending = broadcast(costs[2], LANES), broadcast(costs[3], LANES)
    zero = broadcast(np.int16(0), LANES)
    low = broadcast(np.int16(LOWEST), LANES)
    rows = load(query, at, LANES)
    now, upper_before, gap_left, gap_up, best = zero, zero, low, low, zero
    first = columns + LANES - 1
    for t in range(columns + LANES - 1):
        bases = load(target, first - t, LANES)
        upper = shift_in(now, h[t])
        gap_up = largest(upper + opening, shift_in(gap_up, f[t]) + extending)
        gap_left = largest(now + opening, gap_left + extending)
        score = upper_before + choose(rows == bases, match, mismatch)
        now = largest(largest(score, zero), largest(gap_left, gap_up))
        upper_before = upper
        best = largest(best, now)
        done = t - (LANES - 1)
        if done >= 0:
            h[done] = lane(now, LANES - 1)
            f[done] = lane(gap_up, LANES - 1)
    return int(peak(best))


@njit(cache=True, nogil=True)
def score_long(query: Array, target: Array, costs: Array) -> int:
    """The best local score of one pair, strip after strip; costs hold gaps as negative numbers."""
    columns = target.size
    padded_rows = (query.size + LANES - 1) // LANES * LANES
    rows = np.full(padded_rows, np.int16(-2), np.int16)
    rows[: query.size] = query
    bases = np.full(columns + 2 * LANES, np.int16(-1), np.int16)
    bases[LANES : LANES + columns] = target[::-1]
    h = np.zeros(columns + LANES, np.int16)
    f = np.full(columns + LANES, np.int16(LOWEST), np.int16)
    best = 0
    for at in range(0, padded_rows, LANES):
        best = max(best, strip(rows, at, bases, columns, costs, h, f))
    return best
