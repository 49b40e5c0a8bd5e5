"""What each kernel does at a site on 1, 40, 1,000 or 35,000 cores, and what limits it there."""

from __future__ import annotations

import math

from hpcsim.site.model import Site
from hpcsim.units import GIB

from . import hpl
from .clock import vector_clock_ghz
from .estimate import Estimate, Part, exactly
from .kinds import Kind
from .machine import MEMORY, REFERENCE_CLOCK_GHZ, WIDE_FLOPS, MachineModel

GIGA = 1e9
DENSE = ("dgemm", "dgemm_blas", "lu")
HALO = ("stencil27", "spmv", "hpcg")
TRANSPOSED = ("fft1d",)
# A core alone gets more of the memory than its share of a full node; unmeasured: that of a part
# with six channels.
LONE_CORE_GBS = Estimate(value=12.0, low=8.0, high=20.0, unit="GB/s", basis="assumed")
NOT_MEASURED = Estimate(
    value=1.0, low=1 / 1.25, high=1.25, unit="1", basis="assumed",
    note="not measured: the suite's reference, widened to 25 %",
)  # fmt: skip
A_DOUBLING = 0.02  # each doubling of the cores beyond those measured may hide something
GRID_POINTS = 104**3  # a core's part of a grid
SEQUENCE_BYTES = 1 << 30  # a node's part of a transform


class Rate(Part):
    """A kernel on so many cores of a site: items a second, and what bounds it."""

    kernel: str
    cores: int
    rate: Estimate
    limit: str
    extrapolated: str = ""


def rate_at(kind: Kind, cores: int, site: Site, machine: MachineModel) -> Rate:
    """The rate of a kernel on `cores` cores of the site's most numerous nodes."""
    node = hpl.largest(site)
    nodes = max(1, math.ceil(cores / node.cores))
    busy = min(cores, node.cores)
    seconds, limit = _item(kind, site, machine, busy)
    kept, told = _kept(kind, nodes, busy, site, machine)
    found = exactly(float(cores), "", "published").over(seconds).times(kept)
    doublings = max(0.0, math.log2(cores / max(machine.cores, 1)))
    said = "" if not doublings else f"{doublings:.1f} doublings beyond the cores measured"
    wide = exactly(1.0).widened(A_DOUBLING * doublings, said)
    return Rate(
        kernel=kind.name,
        cores=cores,
        rate=found.times(wide).scaled(1.0, f"{kind.item}/s", said),
        limit=told if kept.value < 0.8 else limit,
        extrapolated=said,
    )


def cost_of(kind: Kind, machine: MachineModel) -> Estimate:
    """Cycles of the program measured over the reference's; a guess where it was not measured."""
    kernel = machine.kernel(kind.name)
    return kernel.cost if kernel is not None else NOT_MEASURED


def _item(kind: Kind, site: Site, machine: MachineModel, busy: int) -> tuple[Estimate, str]:
    """Seconds of an item on one of `busy` cores of a node, and what they go into."""
    node = hpl.largest(site)
    cost = cost_of(kind, machine).scaled(kind.cycles[kind.size])
    if kind.latency:
        return cost.scaled(1 / (REFERENCE_CLOCK_GHZ * GIGA), "s"), "latency of memory"
    clock = exactly(node.clock_ghz, "GHz", "published", "nominal clock")
    if kind.vector:
        clock = vector_clock_ghz(node).scaled(node.flop_per_cycle / WIDE_FLOPS)
    compute = cost.over(clock.scaled(GIGA), "s")
    if not kind.bytes:
        return compute, f"the core, at {clock.value:.2f} GHz"
    lone = machine.core_bandwidth_gbs.get(MEMORY, LONE_CORE_GBS)
    full = (node.memory_bandwidth_gbs or lone.value * node.cores) / busy
    band = lone if lone.value < full else exactly(full, "GB/s", "published").widened(0.1, "")
    memory = exactly(kind.bytes / GIGA).over(band, "s")
    whole = Estimate(
        value=compute.value + memory.value,
        low=compute.low + memory.low,
        high=compute.high + memory.high,
        unit="s",
        basis=compute.basis,
    )
    bound = memory.value > compute.value
    word = "bandwidth of one core" if lone.value < full else "memory bandwidth of the node"
    return whole, word if bound else f"the core, at {clock.value:.2f} GHz"


def _kept(
    kind: Kind, nodes: int, busy: int, site: Site, machine: MachineModel
) -> tuple[Estimate, str]:
    """What messages leave of the nodes' own rate, and what they are bound by."""
    if nodes == 1:
        return exactly(1.0), ""
    node = hpl.largest(site)
    latency, wire = hpl.network_of(site.network, nodes)
    if kind.name in DENSE:
        one = hpl.node_flops(node).value
        share = hpl.parallel_share(hpl.Grid(nodes, one, latency, wire, node.memory_gib * GIB))
        return _share(share), "network bandwidth"
    if kind.name in HALO:
        work = GRID_POINTS * 2 * 27 / kind.flops if kind.flops == 1 else GRID_POINTS
        seconds = work * _item(kind, site, machine, busy)[0].value
        faces = busy * 6 * 104**2 * 8 / wire
        starts = 6 * latency + 2 * math.log2(nodes * busy) * latency
        return _share(seconds / (seconds + faces + starts)), "network, halos and reductions"
    if kind.name in TRANSPOSED:
        flops = 5 * (SEQUENCE_BYTES / 16) * math.log2(nodes * SEQUENCE_BYTES / 16)
        seconds = flops * _item(kind, site, machine, busy)[0].value / busy
        moved = 3 * SEQUENCE_BYTES / wire + 3 * nodes * latency
        return _share(seconds / (seconds + moved)), "network, transpositions"
    return exactly(1.0), ""


def _share(kept: float) -> Estimate:
    return exactly(kept).widened(0.3 * (1 - kept), "messages")
