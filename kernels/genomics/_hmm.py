"""The pair hidden Markov model of a read and a haplotype: inputs, and forms in double precision.

States match (M), insertion (I), deletion (D). For row i of the read, with qualities q as error
probabilities 10^(-q/10): M to M is 1 - insert - delete, M to I is insert, M to D is delete, I to I
and D to D is the gap continuation, I and D to M its complement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ..arrays import Array

HIGHEST_QUALITY = 127


@dataclass(frozen=True)
class Region:
    """Reads and haplotypes of one place in the genome, as codes, padded to a common length.

    Qualities are Phred numbers a base; `continuation` is the quality of a longer gap.
    """

    reads: Array
    read_lengths: Array
    base_quality: Array
    insert_quality: Array
    delete_quality: Array
    continuation: int
    haplotypes: Array
    haplotype_lengths: Array


def error_probabilities() -> Array:
    """10^(-q/10) for q = 0..127."""
    return np.power(10.0, -np.arange(HIGHEST_QUALITY + 1) / 10.0)


def plain_likelihood(region: Region, read: int, haplotype: int) -> float:
    """log10 of the likelihood, cell by cell, in Python."""
    rows, columns = region.read_lengths[read], region.haplotype_lengths[haplotype]
    error = error_probabilities().tolist()
    go_on = error[region.continuation]
    m, i, d = [0.0] * (columns + 1), [0.0] * (columns + 1), [1.0 / columns] * (columns + 1)
    for row in range(rows):
        insert = error[region.insert_quality[read, row]]
        delete = error[region.delete_quality[read, row]]
        wrong = error[region.base_quality[read, row]]
        new_m, new_i, new_d = [0.0] * (columns + 1), [0.0] * (columns + 1), [0.0] * (columns + 1)
        for j in range(1, columns + 1):
            same = region.reads[read, row] == region.haplotypes[haplotype, j - 1]
            prior = 1.0 - wrong if same else wrong / 3.0
            from_gaps = (1.0 - go_on) * (i[j - 1] + d[j - 1])
            new_m[j] = prior * ((1.0 - insert - delete) * m[j - 1] + from_gaps)
            new_i[j] = insert * m[j] + go_on * i[j]
            new_d[j] = delete * new_m[j - 1] + go_on * new_d[j - 1]
        m, i, d = new_m, new_i, new_d
    return float(np.log10(sum(m) + sum(i)))


@njit(cache=True, nogil=True)
def double_likelihood(
    bases: Array, quality: Array, insertion: Array, deletion: Array, go_on: float,
    haplotype: Array, error: Array,
) -> float:  # fmt: skip
    """log10 of the likelihood of one read in double precision, where single underflows."""
    columns = haplotype.size
    scale = 2.0**1000
    m, i, d = np.zeros(columns + 1), np.zeros(columns + 1), np.full(columns + 1, scale / columns)
    for row in range(bases.size):
        insert, delete, wrong = error[insertion[row]], error[deletion[row]], error[quality[row]]
        m_before, i_before, d_before = m[0], i[0], d[0]
        m[0], i[0], d[0] = 0.0, 0.0, 0.0
        for j in range(1, columns + 1):
            prior = 1.0 - wrong if bases[row] == haplotype[j - 1] else wrong / 3.0
            stay = (1.0 - insert - delete) * m_before
            m_before, new_i = m[j], insert * m[j] + go_on * i[j]
            m[j] = prior * (stay + (1.0 - go_on) * (i_before + d_before))
            i_before, d_before = i[j], d[j]
            i[j] = new_i
            d[j] = delete * m[j - 1] + go_on * d[j - 1]
    return float(np.log10(np.sum(m) + np.sum(i)) - np.log10(scale))
