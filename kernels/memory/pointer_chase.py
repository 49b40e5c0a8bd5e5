"""Load latency: every address is known only when the load before has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..contract import Check, Kernel, Rival, Work
from ..native import function

WORDS = 8


@dataclass(frozen=True)
class ChaseSize:
    """Cache lines in the cycle, and loads."""

    lines: int
    steps: int


@dataclass(frozen=True)
class ChaseInputs:
    """The next line for each line (one word in eight), the order of visits, and loads."""

    following: Array
    order: Array
    steps: int


@njit(cache=True, nogil=True)
def chase(following: Array, steps: int) -> int:
    """The line where `steps` loads lead."""
    at = np.uint64(0)
    for _ in range(steps):
        at = np.uint64(following[at * np.uint64(WORDS)])
    return int(at)


class PointerChase(Kernel[ChaseSize, ChaseInputs, int]):
    """One random cycle through all lines, so that no prefetcher can guess."""

    name = "pointer_chase"
    title = "latency of dependent loads over random cache lines"
    stands_for = "linked structures: trees, indexes, suffix links"
    source = "L. McVoy, C. Staelin, lmbench (lat_mem_rd), with a random cycle"
    figure = "latency"
    sizes: ClassVar = {
        "tiny": ChaseSize(64, 1_000),
        "cache": ChaseSize(16_384, 500_000),
        "memory": ChaseSize(8_388_608, 2_000_000),
    }

    def inputs(self, size: ChaseSize, rng: np.random.Generator) -> ChaseInputs:
        """A random order of visits that begins at line 0, as links."""
        order = np.concatenate([[0], 1 + rng.permutation(size.lines - 1)]).astype(np.int64)
        following = aligned(size.lines * WORDS, np.int64)
        following[order * WORDS] = np.roll(order, -1)
        return ChaseInputs(following, order, size.steps)

    def reference(self, inputs: ChaseInputs) -> int:
        """Follow the links in Python."""
        at = 0
        for _ in range(inputs.steps):
            at = int(inputs.following[at * WORDS])
        return at

    def run(self, inputs: ChaseInputs, threads: int = 1) -> int:
        """Follow the links."""
        return int(chase(inputs.following, inputs.steps))

    def work(self, inputs: ChaseInputs) -> Work:
        """One load a step, each of which brings a line."""
        return Work(0, 64 * inputs.steps, inputs.steps, "loads")

    def check(self, inputs: ChaseInputs, output: int) -> Check:
        """The order of visits says where the cycle is after so many steps."""
        expected = int(inputs.order[inputs.steps % inputs.order.size])
        return Check.equal(int(output != expected), "the line where the cycle stands")

    def path(self) -> str:
        """Scalar code."""
        return "numba"

    def native(self) -> Rival[ChaseInputs, int] | None:
        """The loop in C."""
        follow = function("memory", "chase")
        if follow is None:
            return None

        def call(inputs: ChaseInputs, threads: int) -> int:
            return follow(inputs.following, inputs.steps)

        return Rival("C", call)


KERNEL = PointerChase()
