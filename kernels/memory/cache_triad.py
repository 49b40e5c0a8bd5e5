"""STREAM triad again and again over arrays that stay in one level of cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array, aligned, relative_error
from ..contract import Check, Kernel, Work
from ..vector import isa
from ._stream import SCALAR, triad_part


@dataclass(frozen=True)
class LevelSize:
    """`n` doubles in each of three arrays, and passes over them."""

    n: int
    passes: int


@dataclass(frozen=True)
class LevelInputs:
    """Two sources, the array that is written, and passes."""

    a: Array
    b: Array
    out: Array
    passes: int


@njit(cache=True, nogil=True)
def repeated(a: Array, b: Array, out: Array, passes: int) -> None:
    """out = a + scalar b, `passes` times."""
    for _ in range(passes):
        triad_part(a, b, out, False, 0, out.size)


class CacheTriad(Kernel[LevelSize, LevelInputs, Array]):
    """Small arrays are passed over in one call, as calling costs more than a pass over them."""

    name = "cache_triad"
    title = "STREAM triad, many passes over a cache"
    stands_for = "loops over blocks that were made to fit a cache"
    source = "J. D. McCalpin, STREAM; J. Treibig, G. Hager, G. Wellein, likwid-bench"
    figure = "bytes"
    sizes: ClassVar = {
        "tiny": LevelSize(64, 3),
        "cache": LevelSize(1_024, 10_000),
        "memory": LevelSize(1_048_576, 20),
    }

    def inputs(self, size: LevelSize, rng: np.random.Generator) -> LevelInputs:
        """Uniform numbers."""
        a, b, out = (aligned(size.n) for _ in range(3))
        rng.random(out=a)
        rng.random(out=b)
        return LevelInputs(a, b, out, size.passes)

    def reference(self, inputs: LevelInputs) -> Array:
        """One pass by numpy: every pass writes the same."""
        return inputs.a + SCALAR * inputs.b

    def run(self, inputs: LevelInputs, threads: int = 1) -> Array:
        """All passes."""
        if not isa.COMPILED:
            return self.reference(inputs)
        repeated(inputs.a, inputs.b, inputs.out, inputs.passes)
        return inputs.out

    def work(self, inputs: LevelInputs) -> Work:
        """Two flops and three doubles an element and pass."""
        elements = inputs.out.size * inputs.passes
        return Work(2 * elements, 24 * elements, elements, "elements")

    def check(self, inputs: LevelInputs, output: Array) -> Check:
        """The same sum by numpy, which rounds the product first."""
        error = relative_error(output, self.reference(inputs))
        return Check.within(error, 1e-15, "largest difference from numpy's result")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()


KERNEL = CacheTriad()
