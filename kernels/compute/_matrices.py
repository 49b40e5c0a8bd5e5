"""What the two matrix multiplications share: sizes, inputs, count and check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..contract import Check, Kernel, Work
from ._gemm import relative_product_error, workspace


@dataclass(frozen=True)
class MatrixSize:
    """Matrices of n x n."""

    n: int


@dataclass(frozen=True)
class MatrixInputs:
    """C = A B, and work arrays."""

    a: Array
    b: Array
    c: Array
    works: list[Array]

    def workspaces(self, threads: int) -> list[Array]:
        """One work array for each thread, made when first asked for."""
        while len(self.works) < threads:
            self.works.append(workspace(self.a.shape[0]))
        return self.works[:threads]


class MatrixProduct(Kernel[MatrixSize, MatrixInputs, Array]):
    """C = A B in double precision."""

    stands_for = "dense linear algebra, chemistry, statistics on wide tables, neural networks"
    source = "J. Dongarra et al., Level 3 BLAS; K. Goto, R. van de Geijn, Anatomy of GEMM"
    figure = "flops"
    threaded = True
    sizes: ClassVar = {
        "tiny": MatrixSize(50),
        "cache": MatrixSize(384),
        "memory": MatrixSize(2_400),
    }

    def inputs(self, size: MatrixSize, rng: np.random.Generator) -> MatrixInputs:
        """Uniform numbers from -1/2 to 1/2, as HPL's."""
        a, b, c = (aligned((size.n, size.n)) for _ in range(3))
        a[:] = rng.random(a.shape) - 0.5
        b[:] = rng.random(b.shape) - 0.5
        return MatrixInputs(a, b, c, [])

    def reference(self, inputs: MatrixInputs) -> Array:
        """Sums of products, row by row and column by column."""
        columns = inputs.b.T
        return np.array([[float(np.sum(row * column)) for column in columns] for row in inputs.a])

    def work(self, inputs: MatrixInputs) -> Work:
        """2 n^3 flops; three matrices once."""
        n = inputs.a.shape[0]
        return Work(2 * n**3, 4 * 8 * n * n, n * n, "elements")

    def check(self, inputs: MatrixInputs, output: Array) -> Check:
        """C x against A (B x) for a random x."""
        error = relative_product_error(inputs.a, inputs.b, output, np.random.default_rng(7))
        return Check.within(error, 1.0, "C x = A (B x) for a random x, in units of eps |A||B|x")
