"""HPCG at scale: bandwidth of the nodes over the bytes of a flop, less what messages take."""

from __future__ import annotations

import math

from hpcsim.site.model import Site

from .estimate import Estimate, exactly
from .hpl import largest, network_of
from .kinds import kinds

# What vendors' codes reach of the triad's bandwidth; HPCG counts sweeps that its best forms fuse.
VENDOR_SHARE = Estimate(
    value=0.80, low=0.65, high=0.95, unit="1", basis="assumed", note="vendor's HPCG"
)
GRID = 104  # points a side of a rank's grid, HPCG's usual one
RANKS_A_NODE = 8
REDUCTIONS = 3  # inner products an iteration
EXCHANGES = 11  # halos an iteration: four levels, twice each, and the product's
FLOPS_A_POINT = 300.0  # an iteration: about 1.33e6 for 16^3 points, kinds.toml
UNKNOWN_BANDWIDTH_GBS_A_CORE = 5.0  # of six channels of DDR4-2666 or 2933 for twenty cores


def of_site(site: Site, share: Estimate = VENDOR_SHARE) -> Estimate:
    """HPCG of the site's most numerous nodes together, Tflop/s."""
    node = largest(site)
    known = node.memory_bandwidth_gbs or UNKNOWN_BANDWIDTH_GBS_A_CORE * node.cores
    bandwidth = exactly(known, "GB/s", "published").widened(
        0.10 if node.memory_bandwidth_gbs else 0.25, "STREAM triad of a node"
    )
    traffic = kinds()["hpcg"].bytes
    one = bandwidth.times(share).scaled(1e9 / traffic, "flop/s")
    points = RANKS_A_NODE * GRID**3
    work = points * FLOPS_A_POINT / one.value
    latency, wire = network_of(site.network, node.count)
    faces = RANKS_A_NODE * 6 * GRID**2 * 8 * EXCHANGES / 4  # coarser grids have smaller faces
    messages = faces / wire + 6 * EXCHANGES * latency
    reductions = REDUCTIONS * 2 * math.log2(max(node.count * RANKS_A_NODE, 2)) * latency
    kept = work / (work + messages + reductions)
    told = exactly(kept).widened(0.3 * (1 - kept), "messages")
    return one.scaled(node.count / 1e12).times(told, "Tflop/s", f"messages leave {kept:.1%}")
