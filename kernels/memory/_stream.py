"""The four STREAM loops: in cache with plain stores, in memory with stores past the caches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

LANES = isa.BYTES // 8
BLOCK = 64
SCALAR = 3.0
# A store that misses reads the line first; past this total that costs more than it saves.
CACHED_BYTES = 8 << 20


@dataclass(frozen=True)
class StreamSize:
    """`n` doubles in each array."""

    n: int


@dataclass(frozen=True)
class StreamInputs:
    """Two sources and the array that the loop writes."""

    a: Array
    b: Array
    out: Array

    @property
    def past_caches(self) -> bool:
        """Whether the arrays are too large to stay in a core's cache."""
        return 3 * self.out.nbytes > CACHED_BYTES


@njit(cache=True, nogil=True)
def copy_part(a: Array, b: Array, out: Array, past_caches: bool, first: int, last: int) -> None:
    """out = a."""
    body = first + (last - first) // LANES * LANES
    if past_caches:
        for i in range(first, body, LANES):
            stream(out, i, load(a, i, LANES))
        fence()
    else:
        for i in range(first, body, LANES):
            store(out, i, load(a, i, LANES))
    for i in range(body, last):
        out[i] = a[i]


@njit(cache=True, nogil=True)
def scale_part(a: Array, b: Array, out: Array, past_caches: bool, first: int, last: int) -> None:
    """out = scalar a."""
    body = first + (last - first) // LANES * LANES
    scalar = broadcast(SCALAR, LANES)
    if past_caches:
        for i in range(first, body, LANES):
            stream(out, i, scalar * load(a, i, LANES))
        fence()
    else:
        for i in range(first, body, LANES):
            store(out, i, scalar * load(a, i, LANES))
    for i in range(body, last):
        out[i] = SCALAR * a[i]


@njit(cache=True, nogil=True)
def add_part(a: Array, b: Array, out: Array, past_caches: bool, first: int, last: int) -> None:
    """out = a + b."""
    body = first + (last - first) // LANES * LANES
    if past_caches:
        for i in range(first, body, LANES):
            stream(out, i, load(a, i, LANES) + load(b, i, LANES))
        fence()
    else:
        for i in range(first, body, LANES):
            store(out, i, load(a, i, LANES) + load(b, i, LANES))
    for i in range(body, last):
        out[i] = a[i] + b[i]


@njit(cache=True, nogil=True)
def triad_part(a: Array, b: Array, out: Array, past_caches: bool, first: int, last: int) -> None:
    """out = a + scalar b."""
    body = first + (last - first) // LANES * LANES
    scalar = broadcast(SCALAR, LANES)
    if past_caches:
        for i in range(first, body, LANES):
            stream(out, i, fma(scalar, load(b, i, LANES), load(a, i, LANES)))
        fence()
    else:
        for i in range(first, body, LANES):
            store(out, i, fma(scalar, load(b, i, LANES), load(a, i, LANES)))
    for i in range(body, last):
        out[i] = a[i] + SCALAR * b[i]


class Stream(Kernel[StreamSize, StreamInputs, Array]):
    """One of the four loops; a subclass names its part function, sources and flops an element."""

    stands_for = "codes that stream through memory: filters, vector updates, format conversion"
    source = "J. D. McCalpin, STREAM: Sustainable Memory Bandwidth in High Performance Computers"
    figure = "bytes"
    threaded = True
    sizes: ClassVar = {
        "tiny": StreamSize(1_000),
        "cache": StreamSize(32_768),
        "memory": StreamSize(40_000_000),
    }
    part: ClassVar[Callable[..., Any]]
    sources: ClassVar[int]
    flops: ClassVar[int]

    def inputs(self, size: StreamSize, rng: np.random.Generator) -> StreamInputs:
        """Two arrays of uniform numbers and one to write, all on cache line boundaries."""
        a, b, out = (aligned(size.n) for _ in range(3))
        rng.random(out=a)
        rng.random(out=b)
        return StreamInputs(a, b, out)

    def run(self, inputs: StreamInputs, threads: int = 1) -> Array:
        """The loop over `threads` ranges."""
        if not isa.COMPILED:
            return self.reference(inputs)
        part = type(self).part
        args = (inputs.a, inputs.b, inputs.out, inputs.past_caches)
        over(part, inputs.out.size, threads, *args, multiple=BLOCK)
        return inputs.out

    def work(self, inputs: StreamInputs) -> Work:
        """STREAM's own count: what is read and written, without the read before a write."""
        n = inputs.out.size
        return Work(self.flops * n, (self.sources + 1) * 8 * n, n, "elements")

    def check(self, inputs: StreamInputs, output: Array) -> Check:
        """Every element against numpy's."""
        error = relative_error(output, self.reference(inputs))
        return Check.within(error, 1e-15, "largest difference from numpy's result")

    def path(self) -> str:
        """Which vector registers are used."""
        return isa.path()

    def native(self) -> Rival[StreamInputs, Array] | None:
        """The loop in C, as a compiler makes it from plain source."""
        part = function("stream", self.name.removeprefix("stream_") + "_part")
        if part is None:
            return None

        def bounded(inputs: StreamInputs, first: int, last: int) -> None:
            a, b, out = (x[first:last] for x in (inputs.a, inputs.b, inputs.out))
            part(a, b, out, last - first)

        def call(inputs: StreamInputs, threads: int) -> Array:
            over(bounded, inputs.out.size, threads, inputs, multiple=BLOCK)
            return inputs.out

        return Rival("C", call)
