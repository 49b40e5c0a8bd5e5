"""HPL at scale: the analytical model that comes with HPL, with fitted constants.

With g the seconds a flop of a process in matrix products, b the seconds to send a double, a the
latency, on a grid of P x Q processes and blocks of NB columns (netlib.org/benchmark/hpl,
scalability):

    T = 2 N^3 g / (3 P Q) + b N^2 (3 P + Q) / (2 P Q) + a N ((NB + 1) log2 P + P) / NB

A process is a node here, so that messages cross the network and the rest is the node's own rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hpcsim.site.model import Site
from hpcsim.site.network import Network
from hpcsim.site.nodes import NodeType
from hpcsim.units import GIB

from .clock import VENDOR_BLAS, vector_clock_ghz
from .estimate import Estimate, exactly

BLOCK = 256
DOUBLE_BYTES = 8
MEMORY_SHARE = 0.80  # of all memory that the matrix fills
# Where a site says nothing of its network: what a machine of such size has.
USUAL_LATENCY_S, USUAL_BANDWIDTH = 2e-6, 6e9
NETWORK_SHARE = 0.25  # of the time in messages that may be hidden, or more
# Owners of equal nodes differ: 11 systems of Gold 6148 listed in 2018 spread by 8 % (90 %).
RUN = Estimate(
    value=1.0, low=1 / 1.08, high=1.08, unit="1", basis="published", note="how well it was run"
)
MICRO = 1e-6


@dataclass(frozen=True)
class Grid:
    """What HPL runs on: nodes, a node's flop/s in products, latency (s), bandwidth (B/s), bytes."""

    nodes: int
    node_flops: float
    latency_s: float
    bandwidth: float
    memory_bytes: float
    order: float = 0.0

    @property
    def n(self) -> float:
        """The order of the matrix: as published, or what fills the memory."""
        if self.order:
            return self.order
        return math.sqrt(MEMORY_SHARE * self.nodes * self.memory_bytes / DOUBLE_BYTES)


def seconds(grid: Grid) -> tuple[float, float]:
    """(seconds in products, seconds in messages) of the model."""
    p = math.sqrt(grid.nodes)
    n = grid.n
    compute = 2 * n**3 / 3 / (grid.nodes * grid.node_flops)
    if grid.nodes == 1:
        return compute, 0.0
    double = DOUBLE_BYTES / grid.bandwidth
    wire = double * n**2 * (3 * p + p) / (2 * grid.nodes)
    starts = grid.latency_s * n * ((BLOCK + 1) * math.log2(p) + p) / BLOCK
    return compute, wire + starts


def parallel_share(grid: Grid) -> float:
    """What is left of the nodes' own rate once messages are paid for."""
    compute, messages = seconds(grid)
    return compute / (compute + messages)


def node_flops(node: NodeType, blas: Estimate = VENDOR_BLAS) -> Estimate:
    """flop/s of one node in matrix products with a library of efficiency `blas`."""
    peak = exactly(node.cores * node.flop_per_cycle * 1e9, "flop", "published")
    return vector_clock_ghz(node).times(peak).times(blas, "flop/s", f"node {node.name}")


def network_of(network: Network, nodes: int) -> tuple[float, float]:
    """(latency s, bytes a second of a node) between distant nodes of a job."""
    crossed = [level.latency_us for level in network.levels if level.nodes < nodes]
    latency = (network.latency_us + sum(crossed)) * MICRO or USUAL_LATENCY_S
    bandwidth = network.bandwidth_gbs * 1e9 or USUAL_BANDWIDTH
    narrow = network.bisection_gbs(nodes) / (nodes / 2 * network.bandwidth_gbs or 1)
    return latency, bandwidth * (narrow if 0 < narrow < 1 else 1.0)


def rmax_tflops(
    node: NodeType, nodes: int, network: Network, blas: Estimate = VENDOR_BLAS, order: float = 0.0
) -> Estimate:
    """Projected Rmax of `nodes` equal nodes, Tflop/s, with a 90 % interval."""
    one = node_flops(node, blas)
    latency, bandwidth = network_of(network, nodes)
    grid = Grid(nodes, one.value, latency, bandwidth, node.memory_gib * GIB, order)
    share = parallel_share(grid)
    lost = 1 - share
    wide = exactly(share).widened(NETWORK_SHARE * lost / share, "messages")
    whole = one.scaled(nodes / 1e12).times(wide).times(RUN)
    return whole.scaled(1.0, "Tflop/s", f"messages leave {share:.1%}")


def of_site(site: Site, blas: Estimate = VENDOR_BLAS) -> Estimate:
    """Rmax of the site's most numerous nodes together: a run of HPL takes equal nodes."""
    node = largest(site)
    return rmax_tflops(node, node.count, site.network, blas)


def largest(site: Site) -> NodeType:
    """The node type that holds most of the site's peak."""
    return max(site.nodes, key=lambda kind: kind.count * kind.peak_tflops)
