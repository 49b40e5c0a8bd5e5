"""Fourier transforms of eight sequences at once, one in each lane, parts split.

All transforms here are made of this one: the lanes run across columns, planes or blocks, so no
butterfly ever mixes lanes. A buffer holds real parts, imaginary parts and room for as many again
(Stockham's order needs no bit reversal); positions in it count in elements.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector.lanes import broadcast, fma
from ..vector.memory import load, store
from ..vector.shuffles import evens, odds, zip_high, zip_low

LANES = 8
ROOT_HALF = 0.5**0.5


def roots(n: int) -> Array:
    """exp(-2 pi i k / n) for k < n: all real parts, then all imaginary parts."""
    angle = -2.0 * np.pi * np.arange(n) / n
    return np.concatenate([np.cos(angle), np.sin(angle)])


@njit(cache=True, nogil=True)
def times_real(ar: Any, ai: Any, br: Any, bi: Any) -> Any:
    """Real part of a product."""
    return ar * br - ai * bi


@njit(cache=True, nogil=True)
def times_imaginary(ar: Any, ai: Any, br: Any, bi: Any) -> Any:
    """Imaginary part of a product."""
    return fma(ar, bi, ai * br)


@njit(cache=True, nogil=True)
def store_product(
    buffer: Array, at: int, plane: int, ar: Any, ai: Any, wr: float, wi: float
) -> None:
    """Write a times a root w that all lanes share."""
    r, i = broadcast(wr, LANES), broadcast(wi, LANES)
    store(buffer, at, times_real(ar, ai, r, i))
    store(buffer, at + plane, times_imaginary(ar, ai, r, i))


@njit(cache=True, nogil=True)
def load_two(buffer: Array, at: int, plane: int) -> Any:
    """Real and imaginary parts of one row."""
    return load(buffer, at, LANES), load(buffer, at + plane, LANES)


@njit(cache=True, nogil=True)
def store_two(buffer: Array, at: int, plane: int, r: Any, i: Any) -> None:
    """Write real and imaginary parts of one row."""
    store(buffer, at, r)
    store(buffer, at + plane, i)


@njit(cache=True, nogil=True)
def half4(ar: Any, ai: Any, br: Any, bi: Any, cr: Any, ci: Any, dr: Any, di: Any) -> Any:
    """Four points transformed: real and imaginary parts of the results 0, 1, 2, 3."""
    sr, si, tr, ti = ar + cr, ai + ci, ar - cr, ai - ci
    ur, ui, vr, vi = br + dr, bi + di, br - dr, bi - di
    return sr + ur, si + ui, tr + vi, ti - vr, sr - ur, si - ui, tr - vi, ti + vr


@njit(cache=True, nogil=True)
def pass4(
    buffer: Array, source: int, target: int, plane: int, n: int, m: int, s: int, w: Array
) -> None:
    """One radix-4 pass: m points left in each of s interleaved transforms, n in all."""
    quarter = m // 4
    d, step = s * LANES, s * quarter * LANES
    for p in range(quarter):
        k = p * s
        for q in range(s):
            x = source + (q + s * p) * LANES
            y = target + (q + s * 4 * p) * LANES
            ar, ai = load_two(buffer, x, plane)
            br, bi = load_two(buffer, x + step, plane)
            cr, ci = load_two(buffer, x + 2 * step, plane)
            dr, di = load_two(buffer, x + 3 * step, plane)
            ar, ai, br, bi, cr, ci, dr, di = half4(ar, ai, br, bi, cr, ci, dr, di)
            store_two(buffer, y, plane, ar, ai)
            if p == 0:
                store_two(buffer, y + d, plane, br, bi)
                store_two(buffer, y + 2 * d, plane, cr, ci)
                store_two(buffer, y + 3 * d, plane, dr, di)
            else:
                store_product(buffer, y + d, plane, br, bi, w[k], w[n + k])
                store_product(buffer, y + 2 * d, plane, cr, ci, w[2 * k], w[n + 2 * k])
                store_product(buffer, y + 3 * d, plane, dr, di, w[3 * k], w[n + 3 * k])


@njit(cache=True, nogil=True)
def store_pair(
    buffer: Array, y: int, plane: int, far: int, ar: Any, ai: Any, br: Any, bi: Any
) -> None:
    """Write a + b at y and a - b at y + far."""
    store(buffer, y, ar + br)
    store(buffer, y + plane, ai + bi)
    store(buffer, y + far, ar - br)
    store(buffer, y + far + plane, ai - bi)


@njit(cache=True, nogil=True)
def pass8(buffer: Array, source: int, target: int, plane: int, s: int) -> None:
    """The last pass of an odd power of two: eight points, no roots but those of order 8."""
    d = s * LANES
    r, minus, zero = (
        broadcast(ROOT_HALF, LANES),
        broadcast(-ROOT_HALF, LANES),
        broadcast(0.0, LANES),
    )
    for q in range(s):
        x, y = source + q * LANES, target + q * LANES
        ar, ai = load_two(buffer, x, plane)
        br, bi = load_two(buffer, x + 2 * d, plane)
        cr, ci = load_two(buffer, x + 4 * d, plane)
        dr, di = load_two(buffer, x + 6 * d, plane)
        e0r, e0i, e1r, e1i, e2r, e2i, e3r, e3i = half4(ar, ai, br, bi, cr, ci, dr, di)
        ar, ai = load_two(buffer, x + d, plane)
        br, bi = load_two(buffer, x + 3 * d, plane)
        cr, ci = load_two(buffer, x + 5 * d, plane)
        dr, di = load_two(buffer, x + 7 * d, plane)
        o0r, o0i, o1r, o1i, o2r, o2i, o3r, o3i = half4(ar, ai, br, bi, cr, ci, dr, di)
        far = 4 * d
        store_pair(buffer, y, plane, far, e0r, e0i, o0r, o0i)
        store_pair(buffer, y + d, plane, far, e1r, e1i, r * (o1r + o1i), r * (o1i - o1r))
        store_pair(buffer, y + 2 * d, plane, far, e2r, e2i, o2i, zero - o2r)
        store_pair(buffer, y + 3 * d, plane, far, e3r, e3i, r * (o3i - o3r), minus * (o3r + o3i))


@njit(cache=True, nogil=True)
def transform(buffer: Array, n: int, w: Array) -> int:
    """Transform eight sequences of n points that start at 0; returns where the result starts.

    n is a power of two, 4 at least.
    """
    plane = n * LANES
    source, target = 0, 2 * plane
    m, s = n, 1
    while m >= 4 and m != 8:
        pass4(buffer, source, target, plane, n, m, s, w)
        source, target = target, source
        m, s = m // 4, s * 4
    if m == 8:
        pass8(buffer, source, target, plane, s)
        source, target = target, source
    return source


@njit(cache=True, nogil=True)
def split_in(x: Array, at: int, buffer: Array, to: int, plane: int) -> None:
    """Eight complex numbers from x into one row of the buffer."""
    a, b = load(x, at, LANES), load(x, at + LANES, LANES)
    store(buffer, to, evens(a, b))
    store(buffer, to + plane, odds(a, b))


@njit(cache=True, nogil=True)
def join_out(buffer: Array, at: int, plane: int, x: Array, to: int) -> None:
    """One row of the buffer into x as eight complex numbers."""
    a, b = load(buffer, at, LANES), load(buffer, at + plane, LANES)
    store(x, to, zip_low(a, b))
    store(x, to + LANES, zip_high(a, b))


@njit(cache=True, nogil=True)
def turn(x: Array, at: int, pitch: int, y: Array, to: int, y_pitch: int) -> None:
    """An 8 x 8 block of x, transposed into y; three rounds of zips turn rows into columns."""
    a, b = load(x, at, LANES), load(x, at + pitch, LANES)
    c, d = load(x, at + 2 * pitch, LANES), load(x, at + 3 * pitch, LANES)
    e, f = load(x, at + 4 * pitch, LANES), load(x, at + 5 * pitch, LANES)
    g, h = load(x, at + 6 * pitch, LANES), load(x, at + 7 * pitch, LANES)
    for _ in range(3):
        a, b, c, d, e, f, g, h = (
            zip_low(a, e), zip_high(a, e), zip_low(b, f), zip_high(b, f),
            zip_low(c, g), zip_high(c, g), zip_low(d, h), zip_high(d, h),
        )  # fmt: skip
    store(y, to, a)
    store(y, to + y_pitch, b)
    store(y, to + 2 * y_pitch, c)
    store(y, to + 3 * y_pitch, d)
    store(y, to + 4 * y_pitch, e)
    store(y, to + 5 * y_pitch, f)
    store(y, to + 6 * y_pitch, g)
    store(y, to + 7 * y_pitch, h)
