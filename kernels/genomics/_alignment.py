"""Smith-Waterman scores with affine gaps: the plain recurrence and what all forms share."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array

BASES = "ACGT"


@dataclass(frozen=True)
class Scoring:
    """A gap of length k costs gap_open + (k - 1) gap_extend, as in parasail."""

    match: int = 2
    mismatch: int = -3
    gap_open: int = 5
    gap_extend: int = 2


SCORING = Scoring()


def random_bases(shape: int | tuple[int, ...], rng: np.random.Generator) -> Array:
    """Uniform bases as codes 0..3."""
    return rng.integers(0, 4, shape, dtype=np.uint8)


def mutated(bases: Array, rate: float, rng: np.random.Generator) -> Array:
    """A copy in which a share `rate` of the bases is replaced by random ones."""
    other = random_bases(bases.shape, rng)
    return np.where(rng.random(bases.shape) < rate, other, bases).astype(np.uint8)


def with_gaps(bases: Array, rate: float, rng: np.random.Generator) -> Array:
    """A copy in which a share `rate` of the bases is left out, and as many are doubled."""
    chance = rng.random(bases.size)
    copies = np.where(chance < rate, 0, np.where(chance > 1.0 - rate, 2, 1))
    return np.repeat(bases, copies)


def plain_score(query: Array, target: Array, scoring: Scoring = SCORING) -> int:
    """The best local score by the textbook's three matrices, a cell at a time, in Python."""
    rows = len(query)
    best, h, e = 0, [0] * (rows + 1), [-(10**9)] * (rows + 1)
    for base in target.tolist():
        diagonal, f = 0, -(10**9)
        for i, other in enumerate(query.tolist(), start=1):
            e[i] = max(h[i] - scoring.gap_open, e[i] - scoring.gap_extend)
            f = max(h[i - 1] - scoring.gap_open, f - scoring.gap_extend)
            score = scoring.match if base == other else scoring.mismatch
            diagonal, h[i] = h[i], max(0, diagonal + score, e[i], f)
            best = max(best, h[i])
    return best


@njit(cache=True, nogil=True)
def scalar_score(query: Array, target: Array, costs: Array) -> int:
    """The same recurrence, compiled, to check long ones by; costs as in `cost_array`."""
    match, mismatch, opening, extending = costs[0], costs[1], costs[2], costs[3]
    rows = query.size
    h = np.zeros(rows + 1, dtype=np.int64)
    e = np.full(rows + 1, -(1 << 40), dtype=np.int64)
    best = 0
    for j in range(target.size):
        diagonal, above, f = 0, 0, -(1 << 40)
        for i in range(1, rows + 1):
            e[i] = max(h[i] - opening, e[i] - extending)
            f = max(above - opening, f - extending)
            score = match if query[i - 1] == target[j] else mismatch
            above = max(max(0, diagonal + score), max(e[i], f))
            diagonal = h[i]
            h[i] = above
            best = max(best, above)
    return best


def cost_array(scoring: Scoring, kind: Any = np.int64) -> Array:
    """match, mismatch, gap_open, gap_extend."""
    values = [scoring.match, scoring.mismatch, scoring.gap_open, scoring.gap_extend]
    return np.array(values, dtype=kind)


def letters(bases: Array) -> str:
    """Codes as A, C, G, T."""
    return np.frombuffer(BASES.encode(), dtype=np.uint8)[bases].tobytes().decode()


def parasail_aligner(scoring: Scoring = SCORING) -> Any:
    """A function (query, target) -> score by parasail's striped code, or None without it."""
    if find_spec("parasail") is None:
        return None
    parasail: Any = import_module("parasail")
    matrix = parasail.matrix_create(BASES, scoring.match, scoring.mismatch)

    def score(query: str, target: str) -> int:
        result = parasail.sw_striped_16(query, target, scoring.gap_open, scoring.gap_extend, matrix)
        if result.saturated:
            result = parasail.sw_striped_32(
                query, target, scoring.gap_open, scoring.gap_extend, matrix
            )
        return int(result.score)

    return score
