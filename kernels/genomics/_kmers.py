"""k-mers of reads in an open hash table of canonical k-mers and their counts.

The table is one array of key and count side by side, so that an update touches one cache line.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.memory import fence, load, prefetch, store, stream

LANES = isa.BYTES // 8
CACHED_BYTES = 8 << 20

EMPTY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
MIX = np.uint64(0x9E37_79B9_7F4A_7C15)


@njit(cache=True, nogil=True)
def canonical_kmers(read: Array, k: int, out: Array) -> None:
    """The smaller of each k-mer and its reverse complement, two bits a base; out has n-k+1."""
    two, top = np.uint64(2), np.uint64(2 * (k - 1))
    mask = (np.uint64(1) << np.uint64(2 * k)) - np.uint64(1)
    forward, backward = np.uint64(0), np.uint64(0)
    for i in range(read.size):
        base = np.uint64(read[i])
        forward = ((forward << two) | base) & mask
        backward = (backward >> two) | ((np.uint64(3) - base) << top)
        if i >= k - 1:
            out[i - k + 1] = min(forward, backward)


@njit(cache=True, nogil=True)
def add(table: Array, kmer: np.uint64, slot: np.uint64) -> None:
    """Count one k-mer, searching on from its slot."""
    mask = np.uint64(table.size // 2 - 1)
    at = slot
    while True:
        key = table[at * np.uint64(2)]
        if key == kmer:
            table[at * np.uint64(2) + np.uint64(1)] += np.uint64(1)
            return
        if key == EMPTY:
            table[at * np.uint64(2)] = kmer
            table[at * np.uint64(2) + np.uint64(1)] = np.uint64(1)
            return
        at = (at + np.uint64(1)) & mask


@njit(cache=True, nogil=True)
def count_kmers(reads: Array, k: int, shift: int, table: Array) -> None:
    """Count the k-mers of all reads: ask for the lines of a whole read, then update them."""
    n = reads.shape[1] - k + 1
    kmers, slots = np.empty(n, np.uint64), np.empty(n, np.uint64)
    for row in range(reads.shape[0]):
        canonical_kmers(reads[row], k, kmers)
        for i in range(n):
            slots[i] = (kmers[i] * MIX) >> np.uint64(shift)
            prefetch(table, slots[i] * np.uint64(2))
        for i in range(n):
            add(table, kmers[i], slots[i])


@njit(cache=True, nogil=True)
def clear(table: Array, slots: Array) -> None:
    """All slots empty, past the caches if the table is large; `slots` is one register of them."""
    empty = load(slots, 0, LANES)
    if table.nbytes > CACHED_BYTES:
        for i in range(0, table.size, LANES):
            stream(table, i, empty)
        fence()
    else:
        for i in range(0, table.size, LANES):
            store(table, i, empty)


def empty_slots() -> Array:
    """One register of empty slots: key, count, key, count ..."""
    return np.array([EMPTY, 0] * (LANES // 2), dtype=np.uint64)
