"""The most floating-point operations a core does: fused multiply-adds in registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array, relative_error
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ..vector import isa
from ._chains import CHAINS, FACTOR, LANES, TERM, spin

FIXED = TERM / (1.0 - FACTOR)


@dataclass(frozen=True)
class PeakSize:
    """Multiply-adds in each of the chains."""

    steps: int


@dataclass(frozen=True)
class PeakInputs:
    """Start values of every lane of every chain, where they end, and multiply-adds a chain."""

    start: Array
    out: Array
    steps: int


@njit(cache=True, nogil=True)
def spin_rows(start: Array, out: Array, steps: int, first: int, last: int) -> None:
    """All chains of rows first..last."""
    for row in range(first, last):
        spin(start, row * CHAINS * LANES, steps, out)


class FmaPeak(Kernel[PeakSize, PeakInputs, Array]):
    """Twelve chains a core, more than hide the latency of one; each thread does as much again.

    The output has one row for each thread, so the work counted is that of the threads that ran.
    """

    name = "fma_peak"
    title = "peak of fused multiply-adds in registers"
    stands_for = "the ceiling of every compute kernel on this machine"
    source = "S. Williams, A. Waterman, D. Patterson, Roofline, CACM 52(4), 2009"
    figure = "flops"
    threaded = True
    sizes: ClassVar = {
        "tiny": PeakSize(50),
        "cache": PeakSize(2_000_000),
        "memory": PeakSize(10_000_000),
    }

    def inputs(self, size: PeakSize, rng: np.random.Generator) -> PeakInputs:
        """Uniform start values; every row is shared out to the threads, so two are enough."""
        start = rng.random((2, CHAINS * LANES))
        return PeakInputs(start, np.zeros_like(start), size.steps)

    def reference(self, inputs: PeakInputs) -> Array:
        """x -> x/2 + 1, again and again."""
        x = inputs.start.copy()
        for _ in range(inputs.steps):
            x = x * FACTOR + TERM
        return x

    def run(self, inputs: PeakInputs, threads: int = 1) -> Array:
        """Both rows, on one thread or on two."""
        if not isa.COMPILED:
            return self.reference(inputs)
        flat = inputs.start.reshape(-1), inputs.out.reshape(-1)
        over(spin_rows, len(inputs.start), threads, *flat, inputs.steps)
        return inputs.out

    def work(self, inputs: PeakInputs) -> Work:
        """Two flops a multiply-add; memory is not touched."""
        steps = inputs.start.size * inputs.steps
        return Work(2 * steps, 2 * inputs.start.nbytes, steps, "multiply-adds")

    def check(self, inputs: PeakInputs, output: Array) -> Check:
        """The closed form of the recurrence: the fixed point plus a halved distance."""
        expected = FIXED + (inputs.start - FIXED) * FACTOR ** min(inputs.steps, 2_000)
        return Check.within(relative_error(output, expected), 1e-14, "closed form of x/2 + 1")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[PeakInputs, Array] | None:
        """The same chains in C."""
        native_spin = function("peak", "spin_rows", f"-DLANES={LANES}", f"-DCHAINS={CHAINS}")
        if native_spin is None:
            return None

        def call(inputs: PeakInputs, threads: int) -> Array:
            rows = len(inputs.start)
            over(native_spin, rows, threads, inputs.start, inputs.out, inputs.steps)
            return inputs.out

        return Rival("C", call)


KERNEL = FmaPeak()
