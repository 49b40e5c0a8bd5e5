"""One long complex Fourier transform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..threads import over
from ..vector import isa
from ._fft import LANES
from ._fft1d import Plan, columns, rows
from ._transforms import Transform

LEAST = 6


@dataclass(frozen=True)
class SequenceSize:
    """2^log2_n points, 64 at least."""

    log2_n: int


@dataclass(frozen=True)
class SequenceInputs:
    """The sequence, its transform, and the plan."""

    x: Array
    out: Array
    plan: Plan


class Fft1d(Transform[SequenceSize, SequenceInputs]):
    """Columns, then rows, eight at a time; planning is outside of the time, as for FFTW."""

    name = "fft1d"
    title = "complex Fourier transform of one sequence"
    sizes: ClassVar = {
        "tiny": SequenceSize(9),
        "cache": SequenceSize(14),
        "memory": SequenceSize(22),
    }

    def inputs(self, size: SequenceSize, rng: np.random.Generator) -> SequenceInputs:
        """Normal random complex numbers."""
        n = 1 << max(size.log2_n, LEAST)
        x, out = aligned(n, np.complex128), aligned(n, np.complex128)
        x.real = rng.standard_normal(n)
        x.imag = rng.standard_normal(n)
        return SequenceInputs(x, out, Plan.of(n))

    def run(self, inputs: SequenceInputs, threads: int = 1) -> Array:
        """Two rounds, each shared among threads."""
        if not isa.COMPILED:
            return self.reference(inputs)
        plan = inputs.plan
        shape = (plan.first, plan.second)
        x, out = inputs.x.view(np.float64), inputs.out.view(np.float64)
        tables = (plan.roots_first, plan.fine, plan.coarse)
        over(columns, plan.second // LANES, threads, x, plan.middle, *shape, *tables)
        over(rows, plan.first // LANES, threads, plan.middle, out, *shape, plan.roots_second)
        return inputs.out


KERNEL = Fft1d()
