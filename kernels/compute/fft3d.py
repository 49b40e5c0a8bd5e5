"""The complex Fourier transform of a cube."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..threads import over
from ..vector import isa
from ._fft import LANES, roots
from ._fft3d import across, along
from ._transforms import Transform

LEAST = 3


@dataclass(frozen=True)
class CubeSize:
    """2^log2_n points a side, 8 at least."""

    log2_n: int


@dataclass(frozen=True)
class CubeInputs:
    """The cube, its transform, and the roots of one side."""

    x: Array
    out: Array
    roots: Array


class Fft3d(Transform[CubeSize, CubeInputs]):
    """Axis after axis."""

    name = "fft3d"
    title = "complex Fourier transform of a cube"
    patient = False
    sizes: ClassVar = {"tiny": CubeSize(4), "cache": CubeSize(5), "memory": CubeSize(7)}

    def inputs(self, size: CubeSize, rng: np.random.Generator) -> CubeInputs:
        """Normal random complex numbers."""
        n = 1 << max(size.log2_n, LEAST)
        x, out = aligned((n, n, n), np.complex128), aligned((n, n, n), np.complex128)
        x.real = rng.standard_normal(x.shape)
        x.imag = rng.standard_normal(x.shape)
        return CubeInputs(x, out, roots(n))

    def run(self, inputs: CubeInputs, threads: int = 1) -> Array:
        """Three rounds, each shared among threads."""
        if not isa.COMPILED:
            return self.reference(inputs)
        n = len(inputs.x)
        x, out = (a.reshape(-1).view(np.float64) for a in (inputs.x, inputs.out))
        over(across, n, threads, x, out, n, n * n, n, inputs.roots)
        over(across, n, threads, out, out, n, n, n * n, inputs.roots)
        over(along, n * n // LANES, threads, out, n, inputs.roots)
        return inputs.out


KERNEL = Fft3d()
