"""The matrix of HPCG (27-point Poisson) in compressed rows, its product and its smoother."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from ..arrays import Array
from ..native import function
from ..threads import over


@dataclass(frozen=True)
class Matrix:
    """Compressed sparse rows of a cubic grid with `n` points a side; unsigned columns.

    Unsigned because numba then needs not ask whether an index counts from the end.
    """

    n: int
    start: Array
    column: Array
    value: Array
    diagonal: Array

    @property
    def rows(self) -> int:
        """Rows, which are grid points."""
        return self.n**3

    @property
    def nonzeros(self) -> int:
        """Stored values."""
        return self.value.size

    @property
    def nbytes(self) -> int:
        """Bytes of the matrix as the product reads it."""
        return self.start.nbytes + self.column.nbytes + self.value.nbytes


def poisson27(n: int) -> Matrix:
    """26 on the diagonal and -1 for each of the up to 26 neighbours in the grid."""
    rows = n**3
    start = np.zeros(rows + 1, dtype=np.int64)
    column = np.zeros((3 * n - 2) ** 3, dtype=np.uint32)
    value = np.full(column.size, -1.0)
    fill(n, start, column, value)
    return Matrix(n, start, column, value, np.full(rows, 26.0))


@njit(cache=True)
def fill(n: int, start: Array, column: Array, value: Array) -> None:
    """Write the rows of the 27-point operator in the order of the grid."""
    at = 0
    for row in range(n * n * n):
        i, j, k = row // (n * n), row // n % n, row % n
        for a in range(max(i - 1, 0), min(i + 2, n)):
            for b in range(max(j - 1, 0), min(j + 2, n)):
                for c in range(max(k - 1, 0), min(k + 2, n)):
                    column[at] = (a * n + b) * n + c
                    if column[at] == row:
                        value[at] = 26.0
                    at += 1
        start[row + 1] = at


@njit(cache=True, nogil=True, fastmath={"contract"})
def row_product(column: Array, value: Array, x: Array, first: int, last: int) -> float:
    """One row times x, in four sums: a single sum would wait for each addition."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    i = np.uint64(first)
    end = np.uint64(last)
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    while i + four <= end:
        a += value[i] * x[column[i]]
        b += value[i + one] * x[column[i + one]]
        c += value[i + two] * x[column[i + two]]
        d += value[i + three] * x[column[i + three]]
        i += four
    while i < end:
        a += value[i] * x[column[i]]
        i += one
    return (a + b) + (c + d)


@njit(cache=True, nogil=True)
def multiply_rows(
    start: Array, column: Array, value: Array, x: Array, y: Array, first: int, last: int
) -> None:
    """y = A x for rows first..last."""
    for row in range(first, last):
        y[row] = row_product(column, value, x, start[row], start[row + 1])


@njit(cache=True, nogil=True)
def sweep(
    start: Array, column: Array, value: Array, diagonal: Array, b: Array, x: Array, rows: int
) -> None:
    """One symmetric Gauss-Seidel sweep on x: all rows forwards, then backwards."""
    for row in range(rows):
        product = row_product(column, value, x, start[row], start[row + 1])
        x[row] = (b[row] - product + diagonal[row] * x[row]) / diagonal[row]
    for row in range(rows - 1, -1, -1):
        product = row_product(column, value, x, start[row], start[row + 1])
        x[row] = (b[row] - product + diagonal[row] * x[row]) / diagonal[row]


class Operations:
    """The two operations on a matrix that every solver here is made of, by compiled numba."""

    name = "numba"

    def multiply(self, matrix: Matrix, x: Array, y: Array, threads: int = 1) -> None:
        """y = A x."""
        args = (matrix.start, matrix.column, matrix.value, x, y)
        over(multiply_rows, matrix.rows, threads, *args)

    def smooth(self, matrix: Matrix, b: Array, x: Array) -> None:
        """One symmetric sweep on x towards A x = b."""
        sweep(matrix.start, matrix.column, matrix.value, matrix.diagonal, b, x, matrix.rows)


class NativeOperations(Operations):
    """The same two operations by functions of a native library."""

    name = "C"

    def __init__(self, product: Callable[..., int], smoother: Callable[..., int]) -> None:
        self._product = product
        self._smoother = smoother

    def multiply(self, matrix: Matrix, x: Array, y: Array, threads: int = 1) -> None:
        """y = A x."""
        args = (matrix.start, matrix.column, matrix.value, x, y)
        over(self._product, matrix.rows, threads, *args)

    def smooth(self, matrix: Matrix, b: Array, x: Array) -> None:
        """One symmetric sweep on x towards A x = b."""
        arrays = (matrix.start, matrix.column, matrix.value, matrix.diagonal, b, x)
        self._smoother(*arrays, matrix.rows)


def native_operations() -> NativeOperations | None:
    """The operations in C, or None without a compiler."""
    product, smoother = function("memory", "multiply_rows"), function("memory", "sweep")
    return None if product is None or smoother is None else NativeOperations(product, smoother)


def shifted_sum(grid: Array) -> Array:
    """The 27-point operator applied to a grid (n, n, n) without any matrix: 27 x - box sum."""
    total = grid
    for axis in range(3):
        padded = np.pad(total, [(1, 1) if axis == i else (0, 0) for i in range(3)])
        low, mid, high = (np.take(padded, range(s, s + grid.shape[0]), axis) for s in range(3))
        total = low + mid + high
    return 27.0 * grid - total
