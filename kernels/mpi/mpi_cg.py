"""Conjugate gradients over slabs: a product with exchange, and sums over all ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array
from ..contract import Work
from ._slabs import Slab, plane, slab
from ._world import Comm, MpiKernel, total

WORST_RESIDUAL = 0.5


@dataclass(frozen=True)
class CgSize:
    """A cube of n x n x n unknowns, and iterations."""

    n: int
    iterations: int


@dataclass(frozen=True)
class CgInputs:
    """This rank's planes of the right-hand side, inside a rim, and iterations."""

    slab: Slab
    b: Array
    iterations: int
    seed: int


@dataclass(frozen=True)
class CgOutput:
    """This rank's planes of x, inside a rim, and the relative residual carried along."""

    x: Array
    residual: float


@njit(cache=True)
def laplace(x: Array, y: Array) -> None:
    """y = A x of the 7-point Laplacian."""
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                along = x[i, j, k - 1] + x[i, j, k + 1]
                across = x[i, j - 1, k] + x[i, j + 1, k]
                beside = along + across + (x[i - 1, j, k] + x[i + 1, j, k])
                y[i, j, k] = 6.0 * x[i, j, k] - beside


class MpiCg(MpiKernel[CgSize, CgInputs, CgOutput]):
    """No preconditioner: what it measures is the product and the two sums of each iteration."""

    name = "mpi_cg"
    title = "conjugate gradients with exchange and global sums"
    stands_for = "implicit solvers; HPCG without its preconditioner"
    source = "D. Bailey et al., NAS Parallel Benchmarks (CG)"
    figure = "flops"
    compared = "true residual against the iteration's own, and whether it falls"
    tolerance = 1e-10
    sizes: ClassVar = {
        "tiny": CgSize(8, 12),
        "cache": CgSize(64, 30),
        "memory": CgSize(192, 10),
    }

    def part(self, size: CgSize, comm: Comm, seed: int) -> CgInputs:
        """A right-hand side that A makes of random planes: CG works on it from the first step."""
        mine = slab(comm, size.n)
        truth, b = mine.room(), mine.room()
        for i in range(mine.planes):
            truth[i + 1, 1:-1, 1:-1] = plane(seed, mine.first + i, mine.n)
        mine.exchange(truth)
        laplace(truth, b)
        return CgInputs(mine, b, size.iterations, seed)

    def reference(self, inputs: CgInputs) -> CgOutput:
        """What the iteration tends to: the planes that the right-hand side was made from."""
        x = inputs.slab.room()
        for i in range(inputs.slab.planes):
            x[i + 1, 1:-1, 1:-1] = plane(inputs.seed, inputs.slab.first + i, inputs.slab.n)
        return CgOutput(x, 0.0)

    def run(self, inputs: CgInputs, threads: int = 1) -> CgOutput:
        """The iterations from zero."""
        x, r = np.zeros_like(inputs.b), inputs.b.copy()
        p, q = r.copy(), np.zeros_like(r)
        start = rho = _dot(r, r)
        for _ in range(inputs.iterations):
            inputs.slab.exchange(p)
            laplace(p, q)
            alpha = rho / _dot(p, q)
            x += alpha * p
            r -= alpha * q
            before, rho = rho, _dot(r, r)
            p *= rho / before
            p += r
        return CgOutput(x, float(np.sqrt(rho / start)))

    def error(self, inputs: CgInputs, output: CgOutput) -> float:
        """The residual by the stencil beside the iteration's own."""
        x, y = output.x.copy(), np.zeros_like(output.x)
        inputs.slab.exchange(x)
        laplace(x, y)
        left = inner(inputs.b - y)
        true = float(np.sqrt(_dot(left, left) / _dot(inputs.b, inputs.b)))
        return abs(true - output.residual) if true <= WORST_RESIDUAL else true

    def work(self, inputs: CgInputs) -> Work:
        """8 flops a point for the product, 10 for sums and updates; eight vectors a step."""
        points = inputs.slab.n**3 * inputs.iterations
        return Work(18 * points, 8 * 11 * points, inputs.iterations, "steps")


def inner(x: Array) -> Array:
    """x with its planes beside set to zero: they are counted by their owner."""
    x[0] = x[-1] = 0.0
    return x


def _dot(a: Array, b: Array) -> float:
    """The inner product over all ranks, of the planes that each owns."""
    mine = np.vdot(a[1:-1], b[1:-1])
    return float(total(np.array([mine]))[0])


KERNEL = MpiCg()
