"""Sparse matrix times vector, on the matrix of HPCG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, relative_error
from ..contract import Check, Kernel, Rival, Work
from ._sparse import Matrix, Operations, native_operations, poisson27, shifted_sum


@dataclass(frozen=True)
class GridSize:
    """A grid of n x n x n points."""

    n: int


@dataclass(frozen=True)
class SpmvInputs:
    """The matrix, the vector and the product."""

    matrix: Matrix
    x: Array
    y: Array


class Spmv(Kernel[GridSize, SpmvInputs, Array]):
    """y = A x with A in compressed sparse rows, 27 values a row."""

    name = "spmv"
    title = "sparse matrix times vector (27-point, compressed rows)"
    stands_for = "finite elements, graph methods, every Krylov solver"
    source = "M. Heroux, J. Dongarra, P. Luszczek, HPCG Technical Specification"
    figure = "flops"
    threaded = True
    sizes: ClassVar = {"tiny": GridSize(6), "cache": GridSize(16), "memory": GridSize(104)}

    def inputs(self, size: GridSize, rng: np.random.Generator) -> SpmvInputs:
        """The matrix of the grid and a uniform vector."""
        matrix = poisson27(size.n)
        return SpmvInputs(matrix, rng.random(matrix.rows), np.zeros(matrix.rows))

    def reference(self, inputs: SpmvInputs) -> Array:
        """Row by row in numpy."""
        m = inputs.matrix
        rows = [slice(a, b) for a, b in zip(m.start[:-1], m.start[1:], strict=True)]
        return np.array([m.value[row] @ inputs.x[m.column[row]] for row in rows])

    def run(self, inputs: SpmvInputs, threads: int = 1) -> Array:
        """Four sums a row, rows shared among threads."""
        Operations().multiply(inputs.matrix, inputs.x, inputs.y, threads)
        return inputs.y

    def work(self, inputs: SpmvInputs) -> Work:
        """Two flops a stored value; matrix, x and y once."""
        m = inputs.matrix
        return Work(2 * m.nonzeros, m.nbytes + 16 * m.rows, m.nonzeros, "nonzeros")

    def check(self, inputs: SpmvInputs, output: Array) -> Check:
        """Against the stencil, which needs no matrix."""
        n = inputs.matrix.n
        expected = shifted_sum(inputs.x.reshape(n, n, n)).ravel()
        return Check.within(
            relative_error(output, expected), 1e-13, "difference from the stencil without a matrix"
        )

    def path(self) -> str:
        """Scalar code with four sums."""
        return "numba"

    def native(self) -> Rival[SpmvInputs, Array] | None:
        """The double loop in C."""
        operations = native_operations()
        if operations is None:
            return None

        def call(inputs: SpmvInputs, threads: int) -> Array:
            operations.multiply(inputs.matrix, inputs.x, inputs.y, threads)
            return inputs.y

        return Rival("C", call)


KERNEL = Spmv()
