"""Symmetric Gauss-Seidel, the smoother of HPCG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, relative_error
from ..contract import Check, Kernel, Rival, Work
from ._sparse import Matrix, Operations, native_operations, poisson27


@dataclass(frozen=True)
class GridSize:
    """A grid of n x n x n points."""

    n: int


@dataclass(frozen=True)
class SymgsInputs:
    """The matrix, the right-hand side, the starting vector and the smoothed one."""

    matrix: Matrix
    b: Array
    before: Array
    x: Array


class Symgs(Kernel[GridSize, SymgsInputs, Array]):
    """One sweep forwards and one backwards over all rows; each row waits for the one before."""

    name = "symgs"
    title = "symmetric Gauss-Seidel sweep (27-point, compressed rows)"
    stands_for = "multigrid smoothers and preconditioners"
    source = "M. Heroux, J. Dongarra, P. Luszczek, HPCG Technical Specification"
    figure = "flops"
    sizes: ClassVar = {"tiny": GridSize(6), "cache": GridSize(16), "memory": GridSize(104)}

    def inputs(self, size: GridSize, rng: np.random.Generator) -> SymgsInputs:
        """A random right-hand side and a random start."""
        matrix = poisson27(size.n)
        b, before = rng.random(matrix.rows), rng.random(matrix.rows)
        return SymgsInputs(matrix, b, before, np.zeros(matrix.rows))

    def reference(self, inputs: SymgsInputs) -> Array:
        """Row by row in numpy, forwards and backwards."""
        m, x = inputs.matrix, inputs.before.copy()
        for row in [*range(m.rows), *reversed(range(m.rows))]:
            entries = slice(m.start[row], m.start[row + 1])
            others = m.value[entries] @ x[m.column[entries]] - m.diagonal[row] * x[row]
            x[row] = (inputs.b[row] - others) / m.diagonal[row]
        return x

    def run(self, inputs: SymgsInputs, threads: int = 1) -> Array:
        """One sweep on a copy of the start; rows depend on each other, so one thread."""
        inputs.x[:] = inputs.before
        Operations().smooth(inputs.matrix, inputs.b, inputs.x)
        return inputs.x

    def work(self, inputs: SymgsInputs) -> Work:
        """HPCG's count: two flops a stored value in each direction."""
        m = inputs.matrix
        return Work(4 * m.nonzeros, 2 * (m.nbytes + 32 * m.rows), m.nonzeros, "nonzeros")

    def check(self, inputs: SymgsInputs, output: Array) -> Check:
        """The sweep backwards must satisfy (D + U) x = b - L y, and y the sweep forwards.

        y follows from x alone, and the sweep forwards is then a triangular identity as well, so
        both are tested without repeating the sweep.
        """
        m = inputs.matrix
        n = m.n
        upper_x = _triangle(output.reshape(n, n, n), upper=True).ravel()
        lower_y = inputs.b - 26.0 * output - upper_x
        upper_old = _triangle(inputs.before.reshape(n, n, n), upper=True).ravel()
        y = (inputs.b - upper_old - lower_y) / 26.0
        lower_of_y = _triangle(y.reshape(n, n, n), upper=False).ravel()
        return Check.within(
            relative_error(lower_of_y, lower_y), 1e-12, "both triangular systems, by the stencil"
        )

    def path(self) -> str:
        """Scalar code with four sums."""
        return "numba"

    def native(self) -> Rival[SymgsInputs, Array] | None:
        """The double loop in C."""
        operations = native_operations()
        if operations is None:
            return None

        def call(inputs: SymgsInputs, threads: int) -> Array:
            inputs.x[:] = inputs.before
            operations.smooth(inputs.matrix, inputs.b, inputs.x)
            return inputs.x

        return Rival("C", call)


def _triangle(grid: Array, *, upper: bool) -> Array:
    """The strictly upper (or lower) part of the 27-point operator applied to a grid."""
    if not upper:
        return _triangle(grid[::-1, ::-1, ::-1], upper=True)[::-1, ::-1, ::-1]
    n = grid.shape[0]
    padded = np.pad(grid, 1)
    later = [(i, j, k) for i in range(3) for j in range(3) for k in range(3)][14:]
    total = np.zeros_like(grid)
    for i, j, k in later:
        total -= padded[i : i + n, j : j + n, k : k + n]
    return total


KERNEL = Symgs()
