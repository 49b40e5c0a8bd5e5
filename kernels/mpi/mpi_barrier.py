"""Barrier: nobody goes on before all have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..contract import Work
from ._world import Comm, MpiKernel


@dataclass(frozen=True)
class BarrierSize:
    """Barriers in a run."""

    calls: int


@dataclass(frozen=True)
class BarrierInputs:
    """The ranks that meet, and how often."""

    comm: Comm
    calls: int


class MpiBarrier(MpiKernel[BarrierSize, BarrierInputs, int]):
    """The output is the number of barriers that this rank has passed."""

    name = "mpi_barrier"
    title = "meeting of all ranks"
    stands_for = "the synchronous steps of parallel programs"
    source = "D. K. Panda et al., OSU Micro-Benchmarks"
    figure = "latency"
    compared = "ranks that passed another number of barriers"
    sizes: ClassVar = {
        "tiny": BarrierSize(3),
        "cache": BarrierSize(100),
        "memory": BarrierSize(1_000),
    }

    def part(self, size: BarrierSize, comm: Comm, seed: int) -> BarrierInputs:
        """Nothing but the ranks."""
        return BarrierInputs(comm, size.calls)

    def reference(self, inputs: BarrierInputs) -> int:
        """All of them."""
        return inputs.calls

    def run(self, inputs: BarrierInputs, threads: int = 1) -> int:
        """Barrier after barrier."""
        passed = 0
        for _ in range(inputs.calls):
            inputs.comm.Barrier()
            passed += 1
        return passed

    def error(self, inputs: BarrierInputs, output: int) -> float:
        """Whether any rank passed another number."""
        return float(any(n != inputs.calls for n in inputs.comm.allgather(output)))

    def work(self, inputs: BarrierInputs) -> Work:
        """Barriers."""
        return Work(0, 0, inputs.calls, "barriers")


KERNEL = MpiBarrier()
