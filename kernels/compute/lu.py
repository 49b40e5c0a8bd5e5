"""Solving a dense system by LU with partial pivoting, as HPL does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..blas import blas_name, limited
from ..contract import Check, Kernel, Rival, Work
from ..vector import isa
from ._lu import System

ALLOWED = 16.0


@dataclass(frozen=True)
class SystemSize:
    """n equations with n unknowns."""

    n: int


@dataclass(frozen=True)
class SystemInputs:
    """A x = b, and room for the factors by number of threads."""

    a: Array
    b: Array
    rooms: dict[int, System]

    def copied(self, threads: int) -> System:
        """The system as it was, in the room for so many threads."""
        n = self.b.size
        if threads not in self.rooms:
            self.rooms[threads] = System.room(n, threads)
        room = self.rooms[threads]
        matrix = room.a.reshape(n, room.pitch)
        matrix[:, :n] = self.a
        matrix[:, n] = self.b
        return room


def hpl_residual(a: Array, x: Array, b: Array) -> float:
    """HPL's scaled residual: ||Ax-b|| / (eps (||A|| ||x|| + ||b||) n), largest norms."""
    left = float(np.max(np.abs(a @ x - b)))
    scale = float(np.max(np.sum(np.abs(a), axis=1)) * np.max(np.abs(x)) + np.max(np.abs(b)))
    return left / (np.finfo(np.float64).eps * scale * b.size)


class Lu(Kernel[SystemSize, SystemInputs, Array]):
    """Factor and solve; the copy of the matrix is part of the time, O(n^2) beside O(n^3)."""

    name = "lu"
    title = "dense LU with partial pivoting, HPL's residual"
    stands_for = "HPL and with it the TOP500; dense solvers"
    source = "A. Petitet, R. C. Whaley, J. Dongarra, A. Cleary, HPL"
    figure = "flops"
    threaded = True
    sizes: ClassVar = {
        "tiny": SystemSize(50),
        "cache": SystemSize(448),
        "memory": SystemSize(4_000),
    }

    def inputs(self, size: SystemSize, rng: np.random.Generator) -> SystemInputs:
        """Uniform numbers from -1/2 to 1/2, as HPL's."""
        return SystemInputs(rng.random((size.n, size.n)) - 0.5, rng.random(size.n) - 0.5, {})

    def reference(self, inputs: SystemInputs) -> Array:
        """Elimination with partial pivoting, a row at a time."""
        n = inputs.b.size
        m = np.column_stack([inputs.a, inputs.b])
        for k in range(n):
            pivot = k + int(np.argmax(np.abs(m[k:, k])))
            m[[k, pivot]] = m[[pivot, k]]
            m[k + 1 :] -= np.outer(m[k + 1 :, k] / m[k, k], m[k])
        x = np.zeros(n)
        for k in reversed(range(n)):
            x[k] = (m[k, n] - m[k, k + 1 : n] @ x[k + 1 :]) / m[k, k]
        return x

    def run(self, inputs: SystemInputs, threads: int = 1) -> Array:
        """x by our own blocked factorisation."""
        if not isa.COMPILED:
            return self.reference(inputs)
        return inputs.copied(threads).solve()

    def work(self, inputs: SystemInputs) -> Work:
        """HPL's count, 2/3 n^3 + 3/2 n^2; the matrix read and written once."""
        n = inputs.b.size
        return Work(2 * n**3 // 3 + 3 * n * n // 2, 16 * n * n, n, "unknowns")

    def check(self, inputs: SystemInputs, output: Array) -> Check:
        """HPL's own test."""
        error = hpl_residual(inputs.a, output, inputs.b)
        return Check.within(error, ALLOWED, "HPL's scaled residual")

    def path(self) -> str:
        """Which registers hold the tile."""
        return isa.path()

    def native(self) -> Rival[SystemInputs, Array] | None:
        """LAPACK as scipy brings it."""
        from scipy.linalg import lapack

        def call(inputs: SystemInputs, threads: int) -> Array:
            with limited(threads):
                _, _, x, _ = lapack.dgesv(inputs.a, inputs.b)
            return np.asarray(x)

        return Rival(f"LAPACK, {blas_name()}", call)


KERNEL = Lu()
