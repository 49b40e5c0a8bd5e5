"""One long transform as two rounds of short ones: n = columns x rows, Bailey's four steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..vector.memory import load, store
from ._fft import (
    LANES,
    join_out,
    roots,
    split_in,
    times_imaginary,
    times_real,
    transform,
    turn,
)


@dataclass(frozen=True)
class Plan:
    """n = first * second; `first` points a column, `second` points a row, and their roots.

    The root of order n for column j and frequency k is fine[j, k % g] * coarse[j, k // g].
    """

    first: int
    second: int
    roots_first: Array
    roots_second: Array
    fine: Array
    coarse: Array
    middle: Array

    @classmethod
    def of(cls, n: int) -> Plan:
        """The plan for a power of two, 64 at least."""
        bits = n.bit_length() - 1
        first, second = 1 << (bits + 1) // 2, 1 << bits // 2
        group = 1 << (first.bit_length() - 1) // 2
        fine = _column_roots(n, second, np.arange(group))
        coarse = _column_roots(n, second, np.arange(0, first, group))
        return cls(first, second, roots(first), roots(second), fine, coarse, aligned(2 * n))


def _column_roots(n: int, columns: int, steps: Array) -> Array:
    """exp(-2 pi i j k / n) for blocks of eight j and every k: real, then imaginary parts."""
    j = np.arange(columns).reshape(-1, 1, LANES)
    angle = -2.0 * np.pi * ((j * steps.reshape(1, -1, 1)) % n) / n
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).ravel()


@njit(cache=True, nogil=True)
def columns(
    x: Array, middle: Array, first: int, second: int, w: Array, fine: Array, coarse: Array,
    begin: int, end: int,
) -> None:  # fmt: skip
    """Blocks begin..end of eight columns: transform, times the roots, into the middle array."""
    plane = first * LANES
    buffer = np.empty(4 * plane)
    blocks = second // LANES
    group = fine.size // (2 * blocks * LANES)
    groups = first // group
    half = blocks * first * LANES
    for block in range(begin, end):
        for k in range(first):
            split_in(x, 2 * (k * second + block * LANES), buffer, k * LANES, plane)
        at = transform(buffer, first, w)
        for k in range(first):
            f = (block * 2 * group + k % group) * LANES
            c = (block * 2 * groups + k // group) * LANES
            fr, fi = load(fine, f, LANES), load(fine, f + group * LANES, LANES)
            cr, ci = load(coarse, c, LANES), load(coarse, c + groups * LANES, LANES)
            wr, wi = times_real(fr, fi, cr, ci), times_imaginary(fr, fi, cr, ci)
            xr, xi = (
                load(buffer, at + k * LANES, LANES),
                load(buffer, at + plane + k * LANES, LANES),
            )
            to = (block * first + k) * LANES
            store(middle, to, times_real(xr, xi, wr, wi))
            store(middle, to + half, times_imaginary(xr, xi, wr, wi))


@njit(cache=True, nogil=True)
def rows(
    middle: Array, out: Array, first: int, second: int, w: Array, begin: int, end: int
) -> None:
    """Blocks begin..end of eight rows: turned so that a lane is a row, transformed, written."""
    plane = second * LANES
    buffer = np.empty(4 * plane)
    half = first * second
    for block in range(begin, end):
        for j in range(second // LANES):
            source = (j * first + block * LANES) * LANES
            turn(middle, source, LANES, buffer, j * LANES * LANES, LANES)
            turn(middle, source + half, LANES, buffer, plane + j * LANES * LANES, LANES)
        at = transform(buffer, second, w)
        for k in range(second):
            join_out(buffer, at + k * LANES, plane, out, 2 * (k * first + block * LANES))
