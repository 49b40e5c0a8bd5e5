"""Columns of a matrix dealt out to ranks in blocks, and the steps of elimination over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit

from ..arrays import Array
from ._blas import solve_unit_lower, subtract_product
from ._world import Comm


@dataclass(frozen=True)
class Columns:
    """n columns in blocks of `width`; rank r has blocks r, r + ranks, r + 2 ranks ..."""

    comm: Comm
    n: int
    width: int

    @property
    def blocks(self) -> int:
        """Blocks of all ranks."""
        return -(-self.n // self.width)

    @cached_property
    def mine(self) -> list[int]:
        """The blocks of this rank."""
        return list(range(self.comm.rank, self.blocks, self.comm.size))

    @property
    def count(self) -> int:
        """Columns of this rank."""
        return sum(last - first for first, last in map(self.span, self.mine))

    def span(self, block: int) -> tuple[int, int]:
        """First and last column of a block in the whole matrix."""
        return block * self.width, min(self.n, (block + 1) * self.width)

    def owner(self, block: int) -> int:
        """The rank that has a block."""
        return block % self.comm.size

    def local(self, block: int) -> slice:
        """Where a block of this rank stands among its columns."""
        first, last = self.span(block)
        at = block // self.comm.size * self.width
        return slice(at, at + last - first)

    def after(self, block: int) -> slice:
        """This rank's columns of all later blocks."""
        before = -(-(block + 1 - self.comm.rank) // self.comm.size)
        return slice(min(max(0, before) * self.width, self.count), self.count)


def factor(panel: Array) -> tuple[Array, Array]:
    """LU of a panel of rows by LAPACK; row i was swapped with pivots[i]."""
    from scipy.linalg.lapack import dgetrf

    factors, pivots, _ = dgetrf(panel)
    return factors, pivots.astype(np.int64)


@njit(cache=True)
def swap_rows(a: Array, pivots: Array, first: int) -> None:
    """Swap rows first + k and first + pivots[k], in turn."""
    for k in range(pivots.size):
        other = pivots[k]
        if other != k:
            for j in range(a.shape[1]):
                a[first + k, j], a[first + other, j] = a[first + other, j], a[first + k, j]


def panel_of(columns: Columns, block: int, a: Array) -> tuple[Array, Array]:
    """The factored panel of a block and its pivots, on every rank."""
    first, last = columns.span(block)
    panel = np.empty((columns.n - first, last - first))
    pivots = np.empty(last - first, np.int64)
    if columns.owner(block) == columns.comm.rank:
        panel[:], pivots[:] = factor(a[first:, columns.local(block)])
        a[first:last, columns.local(block)] = panel[: last - first]
    columns.comm.Bcast(panel, columns.owner(block))
    columns.comm.Bcast(pivots, columns.owner(block))
    return panel, pivots


def eliminate(
    columns: Columns, block: int, panel: Array, pivots: Array, a: Array, b: Array
) -> None:
    """Swap, solve and update all columns of this rank that come after a block, and b."""
    first, last = columns.span(block)
    width = last - first
    for part in (a[:, columns.after(block)], b[:, None]):
        swap_rows(part, pivots, first)
        solve_unit_lower(panel[:width], part[first:last])
        subtract_product(part[last:], panel[width:], part[first:last])


def substitute(columns: Columns, a: Array, b: Array) -> Array:
    """x from the upper triangle, block by block from the last, on every rank."""
    from scipy.linalg import solve_triangular

    x = np.empty(columns.n)
    for block in reversed(range(columns.blocks)):
        first, last = columns.span(block)
        told = np.empty(last)
        if columns.owner(block) == columns.comm.rank:
            mine = a[:last, columns.local(block)]
            told[first:] = solve_triangular(mine[first:], b[first:last], check_finite=False)
            told[:first] = mine[:first] @ told[first:]
        columns.comm.Bcast(told, columns.owner(block))
        x[first:last] = told[first:]
        b[:first] -= told[:first]
    return x
