"""What the collectives share: a buffer out, a buffer in, and what must have come."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..contract import Work
from ._messages import fewer
from ._world import Comm, MpiKernel

WORD = 8


@dataclass(frozen=True)
class CollectiveSize:
    """Bytes that a rank hands in (to each other rank, in an all-to-all), and calls in a run.

    Large buffers are exchanged less often, see `fewer`.
    """

    bytes: int
    calls: int


@dataclass(frozen=True)
class Buffers:
    """This rank's words out and in (64-bit integers)."""

    comm: Comm
    out: Array
    into: Array
    calls: int


def words_of(rank: int, count: int) -> Array:
    """The words that a rank hands in: they tell whose they are and where they belong."""
    return np.arange(count, dtype=np.int64) + rank * 1_000_003


class Collective(MpiKernel[CollectiveSize, Buffers, Array]):
    """One collective operation, called again and again; the figure is the time of a call."""

    figure = "latency"
    compared = "words that differ from what all ranks handed in"
    source = "D. K. Panda et al., OSU Micro-Benchmarks"
    stands_for = "the collective steps of parallel programs"
    out_times_ranks: ClassVar[bool] = False
    into_times_ranks: ClassVar[bool] = False
    sizes: ClassVar = {
        "tiny": CollectiveSize(16, 2),
        "cache": CollectiveSize(1_024, 50),
        "memory": CollectiveSize(1_048_576, 2),
    }

    def part(self, size: CollectiveSize, comm: Comm, seed: int) -> Buffers:
        """Whole words, at least one."""
        words = max(1, size.bytes // WORD)
        out = aligned(words * (comm.size if self.out_times_ranks else 1), np.int64)
        into = aligned(words * (comm.size if self.into_times_ranks else 1), np.int64)
        out[:] = words_of(comm.rank, out.size)
        return Buffers(comm, out, into, fewer(size.calls, max(out.nbytes, into.nbytes)))

    @abstractmethod
    def call(self, inputs: Buffers) -> None:
        """The operation once."""

    def run(self, inputs: Buffers, threads: int = 1) -> Array:
        """All calls."""
        for _ in range(inputs.calls):
            self.call(inputs)
        return inputs.into

    def error(self, inputs: Buffers, output: Array) -> float:
        """Words that differ; the buffer is cleared, so that the next run has to fill it."""
        wrong = float(np.count_nonzero(output != self.reference(inputs)))
        inputs.into[:] = 0
        return wrong

    def work(self, inputs: Buffers) -> Work:
        """Calls, and the bytes that a rank takes in."""
        return Work(0, inputs.calls * inputs.into.nbytes, inputs.calls, "calls")
