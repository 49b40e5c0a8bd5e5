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
from ..vector.lanes import broadcast
from ..vector.memory import load, store
from ._gemm import add_product, borrowed, workspace
from ._tile import ROWS

BLOCK = 128
NARROW = 8


@njit(cache=True, nogil=True)
def narrow_panel(
    a: Array, pitch: int, rows: int, top: int, columns: int, pivots: Array, later: Array
) -> None:
    """Factor columns top..top+columns from row `top` down, one column at a time.

    A row of the panel is one register of NARROW lanes; `later` holds, for each column, a one for
    each column after it. The next pivot is found while the rows are updated. Rows are swapped
    within these columns only; pivots[k] is the row that k was swapped with.
    """
    best, pivot = -1.0, top
    for i in range(top, rows):
        size = abs(a[i * pitch + top])
        if size > best:
            best, pivot = size, i
    for k in range(columns):
        row = (top + k) * pitch + top
        pivots[top + k] = pivot
        other = pivot * pitch + top
        for j in range(columns):
            a[row + j], a[other + j] = a[other + j], a[row + j]
        inverse = 1.0 / a[row + k] if best > 0.0 else 0.0
        upper = load(a, row, NARROW) * load(later, k * NARROW, NARROW)
        best, pivot = -1.0, top + k + 1
        for i in range(top + k + 1, rows):
            at = i * pitch + top
            factor = a[at + k] * inverse
            store(a, at, load(a, at, NARROW) - broadcast(factor, NARROW) * upper)
            a[at + k] = factor
            if k + 1 < columns:
                size = abs(a[at + k + 1])
                if size > best:
                    best, pivot = size, i


def later_columns(columns: int) -> Array:
    """Row k: ones for the columns k+1 .. columns-1, zeros for all others."""
    column = np.arange(NARROW)
    return ((column > column[:, None]) & (column < columns)).astype(np.float64).ravel()


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
            later = later_columns(count)
            narrow_panel(self.a, self.pitch, self.n, top, count, self.pivots, later)
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
