"""PairHMM in single precision: one read in each lane, all against one haplotype.

The haplotype's base is then the same in all lanes, so the prior of a cell is one of four vectors
of its row. Two rows go at once: the row between stays in registers.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.control import flush_denormals, restore
from ..vector.lanes import broadcast, fma
from ..vector.memory import load, store
from ._hmm import double_likelihood

LANES = isa.BYTES // 4
# What a row of packed reads holds: M to M, M to I, M to D, I to I, then the prior of each base.
FIELDS = 8
PRIORS = 4
SCALE = np.float32(2.0**120)
# Below this, single precision has lost digits and the pair is done again in double.
LEAST = np.float32(1e-28)


@njit(cache=True, nogil=True)
def pack(
    reads: Array, lengths: Array, quality: Array, insertion: Array, deletion: Array, go_on: float,
    error: Array, chosen: Array, packed: Array,
) -> None:  # fmt: skip
    """The vectors of every row for the chosen reads.

    I and D are kept times the way back to M, so that a cell needs no product for it. Past its end
    a read keeps its last M plus I in I (priors are zero), so reads of all lengths are read out
    after the last row.
    """
    packed[:] = 0.0
    back = 1.0 - go_on
    for lane in range(LANES):
        read = chosen[min(lane, chosen.size - 1)]
        end = lengths[read]
        for row in range(packed.size // (FIELDS * LANES)):
            at = row * FIELDS * LANES + lane
            if row >= end:
                packed[at + LANES] = 1.0
                packed[at + 3 * LANES] = 1.0 / back if row == end else 1.0
                continue
            insert, delete = error[insertion[read, row]], error[deletion[read, row]]
            wrong = error[quality[read, row]]
            packed[at] = 1.0 - insert - delete
            packed[at + LANES] = insert * back
            packed[at + 2 * LANES] = delete * back
            packed[at + 3 * LANES] = go_on
            for base in range(4):
                packed[at + (PRIORS + base) * LANES] = wrong / 3.0
            packed[at + (PRIORS + reads[read, row]) * LANES] = 1.0 - wrong


@njit(cache=True, nogil=True)
def two_rows(
    packed: Array, row: int, haplotype: Array, go_on: float, into_m: Array, into_i: Array
) -> None:
    """Rows `row` and `row` + 1 over the whole haplotype.

    into_m[j] is what row `row` takes from column j into M of column j + 1, before its prior, and
    into_i[j] is its I in column j; after the call both stand for row `row` + 2.
    """
    a = row * FIELDS * LANES
    b, c = a + FIELDS * LANES, a + 2 * FIELDS * LANES
    delete = load(packed, a + 2 * LANES, LANES)
    stay2, insert2 = load(packed, b, LANES), load(packed, b + LANES, LANES)
    delete2, again2 = load(packed, b + 2 * LANES, LANES), load(packed, b + 3 * LANES, LANES)
    stay3, insert3 = load(packed, c, LANES), load(packed, c + LANES, LANES)
    again3 = load(packed, c + 3 * LANES, LANES)
    longer = broadcast(np.float32(go_on), LANES)
    zero = broadcast(np.float32(0.0), LANES)
    before, between = load(into_m, 0, LANES), zero
    m, d, m2, d2 = zero, zero, zero, zero
    store(into_m, 0, zero)
    for j in range(1, haplotype.size + 1):
        prior = (PRIORS + np.int64(haplotype[j - 1])) * LANES
        here = j * LANES
        i = load(into_i, here, LANES)
        d = fma(longer, d, delete * m)
        d2 = fma(longer, d2, delete2 * m2)
        m = load(packed, a + prior, LANES) * before
        m2 = load(packed, b + prior, LANES) * between
        i2 = fma(insert2, m, again2 * i)
        before = load(into_m, here, LANES)
        between = fma(stay2, m, i + d)
        store(into_m, here, fma(stay3, m2, i2 + d2))
        store(into_i, here, fma(insert3, m2, again3 * i2))


@njit(cache=True, nogil=True)
def block(
    packed: Array, haplotype: Array, go_on: float, into_m: Array, into_i: Array, sums: Array
) -> None:
    """Scaled likelihoods of the packed reads against one haplotype.

    Before the first row only D holds anything: the same in every column.
    """
    columns = haplotype.size
    first = broadcast(SCALE * np.float32(1.0 - go_on) / np.float32(columns), LANES)
    total = broadcast(np.float32(0.0), LANES)
    for j in range(columns + 1):
        store(into_m, j * LANES, first)
        store(into_i, j * LANES, total)
    for row in range(0, packed.size // (FIELDS * LANES) - 1, 2):
        two_rows(packed, row, haplotype, go_on, into_m, into_i)
    for j in range(1, columns + 1):
        total += load(into_i, j * LANES, LANES)
    store(sums, 0, total)


@njit(cache=True, nogil=True)
def likelihoods(
    reads: Array, lengths: Array, quality: Array, insertion: Array, deletion: Array, go_on: float,
    error: Array, haplotypes: Array, haplotype_lengths: Array, order: Array, out: Array,
    first: int, last: int,
) -> None:  # fmt: skip
    """log10 likelihoods of blocks first..last of LANES reads, taken in `order` (by length)."""
    width = (haplotypes.shape[1] + 1) * LANES
    into_m, into_i = np.empty(width, np.float32), np.empty(width, np.float32)
    sums = np.empty(LANES, np.float32)
    state = flush_denormals()
    for number in range(first, last):
        chosen = order[number * LANES : (number + 1) * LANES]
        rows = lengths[chosen[-1]]
        packed = np.empty((rows + rows % 2 + 1) * FIELDS * LANES, np.float32)
        pack(reads, lengths, quality, insertion, deletion, go_on, error, chosen, packed)
        for h in range(haplotypes.shape[0]):
            haplotype = haplotypes[h, : haplotype_lengths[h]]
            block(packed, haplotype, go_on, into_m, into_i, sums)
            for lane in range(chosen.size):
                read = chosen[lane]
                if sums[lane] >= LEAST:
                    out[read, h] = np.log10(np.float64(sums[lane])) - np.log10(np.float64(SCALE))
                else:
                    n = lengths[read]
                    out[read, h] = double_likelihood(
                        reads[read, :n], quality[read, :n], insertion[read, :n],
                        deletion[read, :n], go_on, haplotype, error,
                    )  # fmt: skip
    restore(state)
