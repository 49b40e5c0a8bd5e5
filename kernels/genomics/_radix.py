"""Stable radix sort of 64-bit keys with their places, and the move of whole records."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.memory import load, prefetch, store

DIGIT = 11
AHEAD = 16
LANES = isa.BYTES // 8


@njit(cache=True, nogil=True)
def sort_keys(pairs: Array, spare: Array, bits: int) -> Array:
    """Sort pairs of key and place (flat) by the low `bits` of the key; returns one of the two."""
    n = pairs.size // 2
    digits = (bits + DIGIT - 1) // DIGIT
    width = (bits + digits - 1) // digits
    size = 1 << width
    mask = np.uint64(size - 1)
    starts = np.empty(size, np.int64)
    for number in range(digits):
        shift = np.uint64(number * width)
        starts[:] = 0
        for i in range(n):
            starts[(pairs[2 * i] >> shift) & mask] += 1
        total = 0
        for d in range(size):
            count = starts[d]
            starts[d] = total
            total += count
        for i in range(n):
            digit = (pairs[2 * i] >> shift) & mask
            to = starts[digit]
            starts[digit] = to + 1
            spare[2 * to] = pairs[2 * i]
            spare[2 * to + 1] = pairs[2 * i + 1]
        pairs, spare = spare, pairs
    return pairs


@njit(cache=True, nogil=True)
def number_keys(keys: Array, pairs: Array) -> None:
    """Each key with its place beside it."""
    for i in range(keys.size):
        pairs[2 * i] = keys[i]
        pairs[2 * i + 1] = np.uint64(i)


@njit(cache=True, nogil=True)
def move_records(
    records: Array, width: int, pairs: Array, out: Array, first: int, last: int
) -> None:
    """Records of `width` words (whole registers) in the order of the sorted pairs."""
    for i in range(first, last):
        if i + AHEAD < last:
            prefetch(records, np.int64(pairs[2 * (i + AHEAD) + 1]) * width)
        source = np.int64(pairs[2 * i + 1]) * width
        for word in range(0, width, LANES):
            store(out, i * width + word, load(records, source + word, LANES))
