"""LU factorisation with partial pivoting, blocked, on the product of `_gemm`.

The matrix is flat and row-major with a pitch; a right-hand side rides along as one more column,
as in HPL, so that only the back substitution is left at the end. Panels and triangles are halved
until they are narrow, which turns nearly all of their work into products too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..threads import over
from ._gemm import add_product, borrowed, workspace
from ._tile import ROWS

BLOCK = 192
NARROW = 8


@njit(cache=True, nogil=True)
def narrow_panel(a: Array, pitch: int, rows: int, row: int, columns: int, pivots: Array) -> None:
    """Factor columns row..row+columns from row `row` down, one column at a time.

    Rows are swapped within these columns only; pivots[k] is the row that k was swapped with.
    """
    end = row + columns
    for k in range(row, end):
        best, pivot = -1.0, k
        for i in range(k, rows):
            size = abs(a[i * pitch + k])
            if size > best:
                best, pivot = size, i
        pivots[k] = pivot
        for j in range(row, end):
            a[k * pitch + j], a[pivot * pitch + j] = a[pivot * pitch + j], a[k * pitch + j]
        if best <= 0.0:
            continue
        inverse = 1.0 / a[k * pitch + k]
        for i in range(k + 1, rows):
            factor = a[i * pitch + k] * inverse
            a[i * pitch + k] = factor
            for j in range(k + 1, end):
                a[i * pitch + j] -= factor * a[k * pitch + j]


@njit(cache=True, nogil=True)
def swap_rows(
    a: Array, pitch: int, pivots: Array, top: int, count: int, left: int, right: int
) -> None:
    """The swaps of rows top..top+count, in columns left..right."""
    for k in range(top, top + count):
        other = pivots[k] * pitch
        if other != k * pitch:
            for j in range(left, right):
                a[k * pitch + j], a[other + j] = a[other + j], a[k * pitch + j]


@njit(cache=True, nogil=True)
def narrow_triangle(a: Array, pitch: int, top: int, count: int, left: int, right: int) -> None:
    """Rows top..top+count in columns left..right times the inverse of the unit lower triangle."""
    for i in range(top + 1, top + count):
        for k in range(top, i):
            factor = a[i * pitch + k]
            for j in range(left, right):
                a[i * pitch + j] -= factor * a[k * pitch + j]


@njit(cache=True)
def back_substitute(a: Array, pitch: int, n: int, x: Array) -> None:
    """x from U x = y, where y is column n of `a`."""
    for i in range(n - 1, -1, -1):
        total = a[i * pitch + n]
        for j in range(i + 1, n):
            total -= a[i * pitch + j] * x[j]
        x[i] = total / a[i * pitch + i]


@dataclass(frozen=True)
class System:
    """`n` equations with the right-hand side as column n, and one work array a thread."""

    a: Array
    n: int
    pitch: int
    pivots: Array
    works: list[Array]

    @classmethod
    def room(cls, n: int, threads: int) -> System:
        """Room for n equations; an odd number of cache lines a row keeps columns out of one set."""
        pitch = -(-(n + 1) // 8) * 8
        pitch += 8 * (pitch // 8 % 2 == 0)
        works = [workspace(n, BLOCK) for _ in range(threads)]
        return cls(aligned(n * pitch), n, pitch, np.zeros(n, dtype=np.int64), works)

    def solve(self) -> Array:
        """Factor in place, then x."""
        for top in range(0, self.n, BLOCK):
            count = min(BLOCK, self.n - top)
            self.panel(top, count)
            for left, right in ((0, top), (top + count, self.n + 1)):
                swap_rows(self.a, self.pitch, self.pivots, top, count, left, right)
            self.triangle(top, count, top + count, self.n + 1)
            self.update(top + count, self.n, top + count, self.n + 1, top, count)
        x = np.zeros(self.n)
        back_substitute(self.a, self.pitch, self.n, x)
        return x

    def panel(self, top: int, count: int) -> None:
        """Factor columns top..top+count from row `top` down; swaps stay within them."""
        if count <= NARROW:
            narrow_panel(self.a, self.pitch, self.n, top, count, self.pivots)
            return
        half = -(-count // 2 // NARROW) * NARROW
        self.panel(top, half)
        middle, end = top + half, top + count
        swap_rows(self.a, self.pitch, self.pivots, top, half, middle, end)
        self.triangle(top, half, middle, end)
        self.update(middle, self.n, middle, end, top, half)
        self.panel(middle, count - half)
        swap_rows(self.a, self.pitch, self.pivots, middle, count - half, top, middle)

    def triangle(self, top: int, count: int, left: int, right: int) -> None:
        """Columns left..right of rows top..top+count times the inverse of their unit triangle."""
        if count <= NARROW:
            narrow_triangle(self.a, self.pitch, top, count, left, right)
            return
        half = -(-count // 2 // NARROW) * NARROW
        self.triangle(top, half, left, right)
        self.update(top + half, top + count, left, right, top, half)
        self.triangle(top + half, count - half, left, right)

    def update(self, top: int, bottom: int, left: int, right: int, inner: int, depth: int) -> None:
        """Block (top..bottom, left..right) -= what lies left of it times what lies above it."""
        if top >= bottom or left >= right:
            return
        a, pitch = self.a, self.pitch

        def part(first: int, last: int) -> None:
            with borrowed(free) as work:
                add_product(
                    a, top * pitch + left, pitch, a, top * pitch + inner, pitch,
                    a, inner * pitch + left, pitch, right - left, depth, -1.0, work, first, last,
                )  # fmt: skip

        free = list(self.works)
        over(part, bottom - top, len(self.works), multiple=ROWS)
