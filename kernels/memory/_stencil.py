"""Constant-coefficient stencils on a cubic grid: vectors along the last axis, explicit registers.

Each row is written in whole cache lines past the caches when the grid is large, so its first and
last vector also cover the boundary; there a mask writes the zeros that the boundary holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
from numba import njit

from ..arrays import Array, aligned, relative_error
from ..contract import Check, Kernel, Rival, Work
from ..native import function
from ..threads import over
from ..vector import isa
from ..vector.lanes import broadcast, fma
from ..vector.memory import fence, load, store, stream
from ..vector.shuffles import one_back, one_on

LANES = isa.BYTES // 8
CACHED_BYTES = 8 << 20


@dataclass(frozen=True)
class CubeSize:
    """A grid of n x n x n points, boundary included; n is rounded up to whole cache lines."""

    n: int


@dataclass(frozen=True)
class CubeInputs:
    """The grid, the new grid, and the weights of centre, faces, edges and corners."""

    a: Array
    out: Array
    weights: Array

    @property
    def n(self) -> int:
        """Points a side."""
        return int(self.a.shape[0])


@njit(cache=True, nogil=True)
def put(out: Array, at: int, value: Any, past_caches: bool) -> None:
    """One vector of the result, by way of the caches or past them."""
    if past_caches:
        stream(out, at, value)
    else:
        store(out, at, value)


@njit(cache=True, nogil=True)
def vector7(a: Array, at: int, n: int, plane: int, centre: Any, faces: Any) -> Any:
    """The 7-point result of one vector of points."""
    x = load(a, at - 1, LANES) + load(a, at + 1, LANES)
    y = load(a, at - n, LANES) + load(a, at + n, LANES)
    z = load(a, at - plane, LANES) + load(a, at + plane, LANES)
    return fma(centre, load(a, at, LANES), faces * (x + y + z))


@njit(cache=True, nogil=True)
def row7(
    a: Array, out: Array, weights: Array, inner: Array, n: int, at: int, past_caches: bool
) -> None:
    """One row of the 7-point stencil, from flat element `at` on."""
    plane = n * n
    centre, faces = broadcast(weights[0], LANES), broadcast(weights[1], LANES)
    first = vector7(a, at, n, plane, centre, faces) * load(inner, 0, LANES)
    last = at + n - LANES
    end = vector7(a, last, n, plane, centre, faces) * load(inner, LANES, LANES)
    put(out, at, first, past_caches)
    for k in range(at + LANES, last, LANES):
        put(out, k, vector7(a, k, n, plane, centre, faces), past_caches)
    put(out, last, end, past_caches)


@njit(cache=True, nogil=True)
def planes7(
    a: Array, out: Array, weights: Array, inner: Array, n: int, past_caches: bool,
    first: int, last: int,
) -> None:  # fmt: skip
    """Inner planes first+1..last+1 of the 7-point stencil."""
    for i in range(first + 1, last + 1):
        for j in range(1, n - 1):
            row7(a, out, weights, inner, n, (i * n + j) * n, past_caches)
    fence()


@njit(cache=True, nogil=True)
def middle27(a: Array, at: int, n: int, p: int, c: Any, f: Any, e: Any) -> Any:
    """What nine lines of points along the row give to the points between them."""
    near = load(a, at - n, LANES) + load(a, at + n, LANES)
    near += load(a, at - p, LANES) + load(a, at + p, LANES)
    far = load(a, at - p - n, LANES) + load(a, at - p + n, LANES)
    far += load(a, at + p - n, LANES) + load(a, at + p + n, LANES)
    return fma(e, far, fma(f, near, c * load(a, at, LANES)))


@njit(cache=True, nogil=True)
def row27(
    a: Array, out: Array, weights: Array, inner: Array, n: int, at: int, past_caches: bool
) -> None:
    """One row of the 27-point stencil, from flat element `at` on.

    The same nine vectors weigh as neighbours of the points beside them: moved by a lane, their sum
    stands for 18 loads, most of which would straddle two cache lines.
    """
    p = n * n
    c, f = broadcast(weights[0], LANES), broadcast(weights[1], LANES)
    e, k = broadcast(weights[2], LANES), broadcast(weights[3], LANES)
    before = broadcast(0.0, LANES)
    middle = middle27(a, at, n, p, c, f, e)
    now = middle27(a, at, n, p, f, e, k)
    last = at + n - LANES
    mask = load(inner, 0, LANES)
    for j in range(at, last, LANES):
        after = middle27(a, j + LANES, n, p, f, e, k)
        value = mask * (middle + one_back(before, now) + one_on(now, after))
        put(out, j, value, past_caches)
        mask = broadcast(1.0, LANES)
        before, now = now, after
        middle = middle27(a, j + LANES, n, p, c, f, e)
    mask *= load(inner, LANES, LANES)  # of the first vector too, where it is the last
    value = mask * (middle + one_back(before, now) + one_on(now, broadcast(0.0, LANES)))
    put(out, last, value, past_caches)


@njit(cache=True, nogil=True)
def planes27(
    a: Array, out: Array, weights: Array, inner: Array, n: int, past_caches: bool,
    first: int, last: int,
) -> None:  # fmt: skip
    """Inner planes first+1..last+1 of the 27-point stencil."""
    for i in range(first + 1, last + 1):
        for j in range(1, n - 1):
            row27(a, out, weights, inner, n, (i * n + j) * n, past_caches)
    fence()


def inside() -> Array:
    """Ones, but zero for the first lane of the first vector and the last lane of the second."""
    mask = np.ones(2 * LANES)
    mask[[0, -1]] = 0.0
    return mask


class Stencil(Kernel[CubeSize, CubeInputs, Array]):
    """One application on the inside of the grid; the boundary of the result is zero."""

    stands_for = "explicit solvers of heat, wave and flow equations, image filters"
    source = "K. Datta et al., Stencil computation optimization and auto-tuning, SC08"
    figure = "items"
    threaded = True
    sizes: ClassVar = {"tiny": CubeSize(16), "cache": CubeSize(40), "memory": CubeSize(320)}
    planes: ClassVar[Callable[..., Any]]
    points: ClassVar[int]
    flops: ClassVar[int]
    weights: ClassVar[tuple[float, ...]]

    def inputs(self, size: CubeSize, rng: np.random.Generator) -> CubeInputs:
        """A uniform random grid."""
        n = -(-size.n // 8) * 8
        a, out = aligned((n, n, n)), aligned((n, n, n))
        rng.random(out=a)
        return CubeInputs(a, out, np.array(self.weights))

    def reference(self, inputs: CubeInputs) -> Array:
        """A sum of shifted grids, each times the weight of its distance, a plane at a time."""
        m = inputs.n - 2
        result = np.zeros_like(inputs.a)
        shifts = [s for s in product(range(3), repeat=3) if self._distance(s) < len(self.weights)]
        for plane in range(m):
            total = result[plane + 1, 1:-1, 1:-1]
            for i, j, k in shifts:
                weight = inputs.weights[self._distance((i, j, k))]
                total += weight * inputs.a[plane + i, j : j + m, k : k + m]
        return result

    @staticmethod
    def _distance(shift: tuple[int, ...]) -> int:
        """0 for the centre, 1 for a face, 2 for an edge, 3 for a corner."""
        return sum(s != 1 for s in shift)

    def run(self, inputs: CubeInputs, threads: int = 1) -> Array:
        """All inner planes, shared among threads."""
        if not isa.COMPILED:
            return self.reference(inputs)
        n = inputs.n
        past_caches = 2 * inputs.a.nbytes > CACHED_BYTES
        arrays = (inputs.a.reshape(-1), inputs.out.reshape(-1), inputs.weights, inside())
        over(type(self).planes, n - 2, threads, *arrays, n, past_caches)
        return inputs.out

    def work(self, inputs: CubeInputs) -> Work:
        """Additions and multiplications as written; the grid is read and written once."""
        inner = (inputs.n - 2) ** 3
        return Work(self.flops * inner, 16 * inputs.a.size, inner, "points")

    def check(self, inputs: CubeInputs, output: Array) -> Check:
        """Every point against the sum of shifted grids."""
        error = relative_error(output, self.reference(inputs))
        return Check.within(error, 1e-13, "largest difference from shifted grids")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[CubeInputs, Array] | None:
        """The triple loop in C."""
        apply = function("stencil", self.name)
        if apply is None:
            return None

        def call(inputs: CubeInputs, threads: int) -> Array:
            arrays = (inputs.a, inputs.out, inputs.weights, inputs.n)
            over(apply, inputs.n - 2, threads, *arrays)
            return inputs.out

        return Rival("C", call)
