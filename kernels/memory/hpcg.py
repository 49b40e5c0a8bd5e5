"""Conjugate gradients preconditioned by multigrid, as HPCG does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array
from ..contract import Check, Kernel, Rival, Work
from ._sparse import Matrix, Operations, native_operations, poisson27, shifted_sum

MOST_LEVELS = 4
WORST_RESIDUAL = 0.1


@dataclass(frozen=True)
class HpcgSize:
    """A grid of n x n x n points and how many iterations are done."""

    n: int
    iterations: int


@dataclass(frozen=True)
class Level:
    """One grid of the multigrid cycle, with its work vectors."""

    matrix: Matrix
    residual: Array
    solution: Array
    right: Array


@dataclass(frozen=True)
class HpcgInputs:
    """The grids, fine to coarse, the right-hand side, and how many iterations are done."""

    levels: tuple[Level, ...]
    b: Array
    iterations: int


@dataclass(frozen=True)
class Solution:
    """x, and the norm of the residual that the iteration carries along, relative to b's."""

    x: Array
    residual: float


@njit(cache=True, nogil=True, fastmath={"contract"})
def dot(a: Array, b: Array) -> float:
    """The inner product in four sums."""
    s, t, u, v = 0.0, 0.0, 0.0, 0.0
    body = a.size // 4 * 4
    for i in range(0, body, 4):
        s += a[i] * b[i]
        t += a[i + 1] * b[i + 1]
        u += a[i + 2] * b[i + 2]
        v += a[i + 3] * b[i + 3]
    for i in range(body, a.size):
        s += a[i] * b[i]
    return (s + t) + (u + v)


@njit(cache=True, nogil=True, fastmath={"contract"})
def combine(alpha: float, x: Array, beta: float, y: Array, out: Array) -> None:
    """out = alpha x + beta y; out may be x or y."""
    for i in range(out.size):
        out[i] = alpha * x[i] + beta * y[i]


class Solver:
    """Preconditioned conjugate gradients over one set of matrix operations."""

    def __init__(self, levels: tuple[Level, ...], operations: Operations) -> None:
        self.levels = levels
        self.operations = operations

    def cycle(self, depth: int, b: Array, x: Array) -> None:
        """One V-cycle: smooth, go down to every second point, come back, smooth."""
        level = self.levels[depth]
        x[:] = 0.0
        self.operations.smooth(level.matrix, b, x)
        if depth + 1 == len(self.levels):
            return
        below = self.levels[depth + 1]
        n = level.matrix.n
        self.operations.multiply(level.matrix, x, level.residual)
        residual = (b - level.residual).reshape(n, n, n)
        below.right[:] = residual[::2, ::2, ::2].ravel()
        self.cycle(depth + 1, below.right, below.solution)
        x.reshape(n, n, n)[::2, ::2, ::2] += below.solution.reshape((n // 2,) * 3)
        self.operations.smooth(level.matrix, b, x)

    def solve(self, b: Array, iterations: int) -> Solution:
        """x after `iterations` from zero."""
        matrix = self.levels[0].matrix
        x, r = np.zeros_like(b), b.copy()
        p, q, z = np.zeros_like(b), np.zeros_like(b), np.zeros_like(b)
        rho = 0.0
        for step in range(iterations):
            self.cycle(0, r, z)
            before, rho = rho, dot(r, z)
            combine(1.0, z, rho / before if step else 0.0, p, p)
            self.operations.multiply(matrix, p, q)
            alpha = rho / dot(p, q)
            combine(1.0, x, alpha, p, x)
            combine(1.0, r, -alpha, q, r)
        return Solution(x, float(np.sqrt(dot(r, r) / dot(b, b))))


class Hpcg(Kernel[HpcgSize, HpcgInputs, Solution]):
    """The whole of HPCG's timed part: products, smoothing on four grids, inner products."""

    name = "hpcg"
    title = "multigrid-preconditioned conjugate gradients, as HPCG"
    stands_for = "implicit solvers of partial differential equations"
    source = "M. Heroux, J. Dongarra, P. Luszczek, HPCG Technical Specification"
    figure = "flops"
    sizes: ClassVar = {
        "tiny": HpcgSize(8, 8),
        "cache": HpcgSize(16, 10),
        "memory": HpcgSize(104, 8),
    }

    def inputs(self, size: HpcgSize, rng: np.random.Generator) -> HpcgInputs:
        """Grids halved as long as they are even, four at most; b = A (ones) so x is known."""
        n = size.n
        levels = []
        while True:
            rows = n**3
            levels.append(Level(poisson27(n), *(np.zeros(rows) for _ in range(3))))
            if n % 2 or n <= 2 or len(levels) == MOST_LEVELS:
                break
            n //= 2
        b = shifted_sum(np.ones((size.n,) * 3)).ravel()
        return HpcgInputs(tuple(levels), b, size.iterations)

    def reference(self, inputs: HpcgInputs) -> Solution:
        """What the iteration tends to: the solution by dense elimination."""
        n = inputs.levels[0].matrix.n
        identity = np.eye(n**3).reshape(-1, n, n, n)
        dense = np.array([shifted_sum(unit).ravel() for unit in identity])
        return Solution(np.linalg.solve(dense, inputs.b), 0.0)

    def run(self, inputs: HpcgInputs, threads: int = 1) -> Solution:
        """The iterations, on one thread as HPCG's reference smoother is."""
        return Solver(inputs.levels, Operations()).solve(inputs.b, inputs.iterations)

    def work(self, inputs: HpcgInputs) -> Work:
        """HPCG's count of flops and bytes over all iterations."""
        fine = inputs.levels[0].matrix
        flops, moved = 2 * fine.nonzeros + 10 * fine.rows, fine.nbytes + 120 * fine.rows
        for depth, level in enumerate(inputs.levels):
            m = level.matrix
            last = depth + 1 == len(inputs.levels)
            flops += 4 * m.nonzeros if last else 10 * m.nonzeros + m.rows
            moved += (2 if last else 5) * (m.nbytes + 32 * m.rows)
        return Work(
            flops * inputs.iterations, moved * inputs.iterations, inputs.iterations, "steps"
        )

    def check(self, inputs: HpcgInputs, output: Solution) -> Check:
        """The true residual, by the stencil and not by the matrix, is what the iteration says."""
        n = inputs.levels[0].matrix.n
        left = inputs.b - shifted_sum(output.x.reshape(n, n, n)).ravel()
        true = float(np.linalg.norm(left) / np.linalg.norm(inputs.b))
        error = abs(true - output.residual) if true <= WORST_RESIDUAL else true
        return Check.within(
            error, 1e-12, f"true residual, below {WORST_RESIDUAL}, against the iteration's own"
        )

    def path(self) -> str:
        """Scalar code with four sums."""
        return "numba"

    def native(self) -> Rival[HpcgInputs, Solution] | None:
        """The same solver over the product and the smoother in C."""
        operations = native_operations()
        if operations is None:
            return None

        def call(inputs: HpcgInputs, threads: int) -> Solution:
            return Solver(inputs.levels, operations).solve(inputs.b, inputs.iterations)

        return Rival("C", call)


KERNEL = Hpcg()
