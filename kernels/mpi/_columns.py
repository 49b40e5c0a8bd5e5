"""Columns of a matrix dealt out to ranks in blocks, and the steps of elimination over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array
from ._blas import solve_unit_lower, subtract_product
from ._world import Comm

AT_ONCE = 4096  # columns updated between two looks at messages: fewer pack the panel too often


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


@dataclass(frozen=True)
class Coming:
    """A factored panel on its way to every rank, its pivots as one more row behind it."""

    message: Array
    request: Any

    def look(self) -> None:
        """Let the message get on: MPI moves large ones only while it is called."""
        self.request.Test()

    def arrived(self) -> tuple[Array, Array]:
        """The panel and its pivots, once they are here."""
        self.request.Wait()
        return self.message[:-1], self.message[-1].astype(np.int64)


def send_panel(columns: Columns, block: int, a: Array) -> Coming:
    """Factor the panel of a block where it is this rank's, and start telling it to all."""
    first, last = columns.span(block)
    message = np.empty((columns.n - first + 1, last - first))
    if columns.owner(block) == columns.comm.rank:
        message[:-1], message[-1] = factor(a[first:, columns.local(block)])
        a[first:last, columns.local(block)] = message[: last - first]
    request = columns.comm.Ibcast(message, columns.owner(block))
    return Coming(message, request)


def eliminate(first: int, panel: Array, pivots: Array, part: Array) -> None:
    """Swap, solve and update columns `part` by the panel that begins at row `first`."""
    last = first + pivots.size
    swap_rows(part, pivots, first)
    solve_unit_lower(panel[: pivots.size], part[first:last])
    subtract_product(part[last:], panel[pivots.size :], part[first:last])


def eliminate_all(columns: Columns, a: Array, b: Array) -> None:
    """LU of all columns in place, b along with them, the next panel sent ahead of the updates.

    Its owner updates the columns of the next panel first and factors them, so that the others need
    not wait for it when they come to it (HPL's look-ahead).
    """
    coming = send_panel(columns, 0, a)
    for block in range(columns.blocks):
        panel, pivots = coming.arrived()
        first, following = columns.span(block)[0], block + 1
        rest = columns.after(block)
        if following < columns.blocks:
            if columns.owner(following) == columns.comm.rank:
                eliminate(first, panel, pivots, a[:, columns.local(following)])
                rest = columns.after(following)
            coming = send_panel(columns, following, a)
        for left in range(rest.start, rest.stop, AT_ONCE):
            eliminate(first, panel, pivots, a[:, left : min(left + AT_ONCE, rest.stop)])
            coming.look()
        eliminate(first, panel, pivots, b[:, None])


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
