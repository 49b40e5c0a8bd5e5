"""A cohort that moves between health states: counter-based random numbers, one a patient a cycle.

The number of a patient's cycle is a function of seed, patient and cycle alone, so results do not
depend on threads, order or vector width.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array

GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
A, B = np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB)
S1, S2, S3 = np.uint64(30), np.uint64(27), np.uint64(31)
TOP = np.uint64(32)
BLOCK = 256
STATES = 4


@njit(cache=True, nogil=True)
def scrambled(counter: Any) -> Any:
    """The upper 32 bits of SplitMix64 at one counter."""
    z = counter * GOLDEN
    z = (z ^ (z >> S1)) * A
    z = (z ^ (z >> S2)) * B
    return (z ^ (z >> S3)) >> TOP


@njit(cache=True, nogil=True)
def follow(
    limits: Array, seed: Any, patients: int, cycles: int, totals: Array, first: int, last: int
) -> None:
    """Blocks first..last of patients, all in state 0 at first; person-cycles by state, and ends.

    limits[s, t] is 2^32 times the chance to go from s to a state below or at t. totals gets a row
    a block: person-cycles in each state, then patients in each state at the end.
    """
    state = np.empty(BLOCK, np.uint32)
    low, middle, high = np.empty(STATES, np.uint64), np.empty(STATES, np.uint64), limits[:, 2]
    low[:], middle[:] = limits[:, 0], limits[:, 1]
    for block in range(first, last):
        begin = block * BLOCK
        count = min(BLOCK, patients - begin)
        spent = np.zeros(STATES, np.int64)
        state[:] = 0
        base = seed + np.uint64(begin)
        for cycle in range(cycles):
            step = base + np.uint64(cycle) * np.uint64(patients)
            ones, twos, threes = 0, 0, 0
            for i in range(count):
                u = scrambled(step + np.uint64(i))
                s = state[i]
                s = np.uint32(u >= low[s]) + np.uint32(u >= middle[s]) + np.uint32(u >= high[s])
                state[i] = s
                ones += int(s >= 1)
                twos += int(s >= 2)
                threes += int(s >= 3)
            spent[0] += count - ones
            spent[1] += ones - twos
            spent[2] += twos - threes
            spent[3] += threes
        totals[block, :STATES] = spent
        for i in range(count):
            totals[block, STATES + state[i]] += 1
