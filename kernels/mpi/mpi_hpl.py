"""Dense LU over ranks: blocks of columns are dealt out in turn, panels are broadcast ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Work
from ._columns import Columns, eliminate_all, substitute
from ._world import Comm, MpiKernel, total

ALLOWED = 16.0


@dataclass(frozen=True)
class HplSize:
    """n equations, and columns in a block."""

    n: int
    block: int


@dataclass(frozen=True)
class HplInputs:
    """This rank's columns of A, all of b, and room to factor in."""

    columns: Columns
    a: Array
    b: Array
    room: Array


class MpiHpl(MpiKernel[HplSize, HplInputs, Array]):
    """Right-looking, with partial pivoting; every rank ends with the whole solution."""

    name = "mpi_hpl"
    title = "dense LU with partial pivoting over ranks, HPL's residual"
    stands_for = "HPL and with it the TOP500"
    source = "A. Petitet, R. C. Whaley, J. Dongarra, A. Cleary, HPL"
    figure = "flops"
    compared = "HPL's scaled residual"
    tolerance = ALLOWED
    sizes: ClassVar = {
        "tiny": HplSize(37, 8),
        "cache": HplSize(1_024, 64),
        "memory": HplSize(8_000, 192),
    }

    def part(self, size: HplSize, comm: Comm, seed: int) -> HplInputs:
        """Uniform numbers from -1/2 to 1/2, by block of columns."""
        columns = Columns(comm, size.n, size.block)
        a = np.empty((size.n, columns.count))
        for block in columns.mine:
            rng = np.random.default_rng([seed, block])
            first, last = columns.span(block)
            a[:, columns.local(block)] = rng.random((last - first, size.n)).T - 0.5
        b = np.random.default_rng([seed, columns.blocks]).random(size.n) - 0.5
        return HplInputs(columns, a, b, np.empty_like(a))

    def reference(self, inputs: HplInputs) -> Array:
        """LAPACK on the whole matrix."""
        columns = inputs.columns
        whole = np.empty((columns.n, columns.n))
        parts = inputs.columns.comm.allgather((columns.mine, inputs.a))
        for mine, a in parts:
            at = 0
            for block in mine:
                first, last = columns.span(block)
                whole[:, first:last] = a[:, at : at + last - first]
                at += last - first
        return np.asarray(np.linalg.solve(whole, inputs.b))

    def run(self, inputs: HplInputs, threads: int = 1) -> Array:
        """Eliminate block by block, then substitute back."""
        columns, a, b = inputs.columns, inputs.room, inputs.b.copy()
        a[:] = inputs.a
        eliminate_all(columns, a, b)
        return substitute(columns, a, b)

    def error(self, inputs: HplInputs, output: Array) -> float:
        """||Ax-b|| / (eps (||A|| ||x|| + ||b||) n), largest norms, from every rank's columns."""
        product = np.zeros(output.size)
        at = 0
        for block in inputs.columns.mine:
            first, last = inputs.columns.span(block)
            product += inputs.a[:, at : at + last - first] @ output[first:last]
            at += last - first
        left = float(np.max(np.abs(total(product) - inputs.b)))
        rows = float(np.max(total(np.sum(np.abs(inputs.a), axis=1))))
        scale = rows * float(np.max(np.abs(output))) + float(np.max(np.abs(inputs.b)))
        return left / (np.finfo(np.float64).eps * scale * output.size)

    def work(self, inputs: HplInputs) -> Work:
        """HPL's count, 2/3 n^3 + 3/2 n^2; the matrix read and written once."""
        n = inputs.columns.n
        return Work(2 * n**3 // 3 + 3 * n * n // 2, 16 * n * n, n, "unknowns")


KERNEL = MpiHpl()
