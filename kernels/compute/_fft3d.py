"""The three axes of a cube, eight lines at a time."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..arrays import Array
from ._fft import LANES, join_out, split_in, transform, turn


@njit(cache=True, nogil=True)
def across(
    x: Array, out: Array, n: int, stride: int, outer: int, w: Array, begin: int, end: int
) -> None:
    """Lines along an axis with `stride`, for rows begin..end of the remaining axis (`outer`)."""
    plane = n * LANES
    buffer = np.empty(4 * plane)
    for row in range(begin, end):
        for left in range(0, n, LANES):
            base = 2 * (row * outer + left)
            for k in range(n):
                split_in(x, base + 2 * k * stride, buffer, k * LANES, plane)
            at = transform(buffer, n, w)
            for k in range(n):
                join_out(buffer, at + k * LANES, plane, out, base + 2 * k * stride)


@njit(cache=True, nogil=True)
def along(out: Array, n: int, w: Array, begin: int, end: int) -> None:
    """Lines along the last axis, in place, for blocks begin..end of eight lines."""
    plane = n * LANES
    buffer = np.empty(4 * plane)
    flat = np.empty(2 * plane)
    for block in range(begin, end):
        base = 2 * block * LANES * n
        for lane in range(LANES):
            for k in range(0, n, LANES):
                split_in(out, base + 2 * (lane * n + k), flat, lane * n + k, plane)
        for k in range(0, n, LANES):
            turn(flat, k, n, buffer, k * LANES, LANES)
            turn(flat, plane + k, n, buffer, plane + k * LANES, LANES)
        at = transform(buffer, n, w)
        for k in range(0, n, LANES):
            turn(buffer, at + k * LANES, LANES, flat, k, n)
            turn(buffer, at + plane + k * LANES, LANES, flat, plane + k, n)
        for lane in range(LANES):
            for k in range(0, n, LANES):
                join_out(flat, lane * n + k, plane, out, base + 2 * (lane * n + k))
