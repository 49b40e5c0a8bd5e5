"""How long a job takes: its class's parts, each at the speed of the place that it runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .classes import JobClass
from .kinds import Kind, kinds
from .machine import REFERENCE_CLOCK_GHZ, WIDE_FLOPS
from .place import Place

FloatArray = NDArray[np.float64]
GIGA = 1e9
MOST_LOAD = 0.95  # beyond, a queue at the storage has no length that a factor could tell


@dataclass(frozen=True)
class Parts:
    """A class's time at a place over its time at its reference, by what bounds each part.

    `compute` is in the core, `memory` in main-memory traffic, `waiting` in latencies of single
    lines; `io`, `latency` and `bandwidth` as the class has them; those are for one node of
    `io_load` 0 and at the class's own number of nodes.
    """

    compute: float
    memory: float
    waiting: float
    io: float
    latency: float
    bandwidth: float

    @property
    def total(self) -> float:
        """The whole, relative to the reference."""
        return self.compute + self.memory + self.waiting + self.io + self.latency + self.bandwidth


def item_seconds(kind: Kind, place: Place, cost: float = 1.0) -> tuple[float, float, float]:
    """(compute, memory, waiting) seconds of an item on one core of a full node.

    `cost` is the program's cycles over the reference's: what was measured, or 1.
    """
    cycles = kind.cycles[kind.size] * cost
    if kind.latency:
        return 0.0, 0.0, cycles / (REFERENCE_CLOCK_GHZ * GIGA)
    traffic = kind.bytes / (place.core_bandwidth_gbs * GIGA)
    if not kind.vector:
        return cycles / (place.clock_ghz * GIGA), traffic, 0.0
    width = place.flop_per_cycle / WIDE_FLOPS
    return cycles / (place.vector_clock_ghz * width * GIGA), traffic, 0.0


def kernel_parts(
    kind: JobClass, here: Place, there: Place, costs: Mapping[str, float]
) -> dict[str, tuple[float, float, float]]:
    """(compute, memory, waiting) of each kernel at `here`, over the class's time at `there`."""
    found = {}
    for name, share in kind.kernels.items():
        kernel = kinds()[name]
        whole = sum(item_seconds(kernel, there))
        compute, memory, waiting = item_seconds(kernel, here, costs.get(name, 1.0))
        found[name] = (share * compute / whole, share * memory / whole, share * waiting / whole)
    return found


def parts(kind: JobClass, here: Place, there: Place, costs: Mapping[str, float]) -> Parts:
    """A class at `here` with programs of `costs`, over itself at its reference `there`."""
    each = kernel_parts(kind, here, there, costs).values()
    compute, memory, waiting = (sum(part[i] for part in each) for i in range(3))
    io = kind.io * (there.storage_gbs / here.storage_gbs if here.storage_gbs else 1.0)
    return Parts(
        compute=compute,
        memory=memory,
        waiting=waiting,
        io=io,
        latency=kind.latency * here.latency_s / there.latency_s,
        bandwidth=kind.bandwidth * there.network_bandwidth / here.network_bandwidth,
    )


def factors(
    kind: JobClass,
    here: Parts,
    there: Parts,
    nodes: FloatArray,
    storage_load: float = 0.0,
) -> FloatArray:
    """Run times on so many nodes each, over those at the reference on equally many nodes.

    Reductions grow as the logarithm of the nodes, so that latency's part does; on one node there
    are no messages. Storage in use to `storage_load` serves a job's own requests that much later.
    """
    spread = np.where(nodes > 1, np.log2(np.maximum(nodes, 2)) / max(np.log2(kind.nodes), 1), 0.0)
    apart = (nodes > 1).astype(float)
    slowed = here.io / (1 - min(storage_load, MOST_LOAD))
    now = here.compute + here.memory + here.waiting + slowed
    then = there.compute + there.memory + there.waiting + there.io
    found: FloatArray = (now + here.latency * spread + here.bandwidth * apart) / (
        then + there.latency * spread + there.bandwidth * apart
    )
    return found


def core_gflops(kind: JobClass, here: Place, there: Place, costs: Mapping[str, float]) -> float:
    """Gflop/s that a core sustains in a job of this class at `here`, its waits included."""
    flops = 0.0
    for name, share in kind.kernels.items():
        kernel = kinds()[name]
        # Items a second of the job's own time at the reference; flops of them do not change.
        flops += share * kernel.flops / sum(item_seconds(kernel, there))
    return flops / parts(kind, here, there, costs).total / GIGA
