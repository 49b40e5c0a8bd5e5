"""What clock a processor holds under wide vectors, from its power and the number of its cores.

Rpeak counts the nominal clock. Under AVX-512 a server part is bound by its power instead: what is
left of a socket's power beside caches, mesh and memory controllers is shared by its cores, and a
core's power grows as the cube of its clock. One constant is needed, and one published node gives
it: Frontera's, 2,900 of 4,834 Gflop/s (2 x 28 cores at 2.7 GHz, 205 W a socket; PEARC20).
"""

from __future__ import annotations

from hpcsim.site.nodes import NodeType

from .estimate import Estimate, exactly, within

UNCORE_W = 30.0  # A [20..45]: mesh, caches, memory controllers of a server socket
ANCHOR_CORES, ANCHOR_GHZ, ANCHOR_TDP_W = 28, 2.7, 205.0
ANCHOR_SHARE = 2900 / 4834  # of the node's nominal peak
WIDE_FLOPS = 32
# A vendor's library on one node keeps this share of the peak at the clock that it holds.
VENDOR_BLAS = Estimate(
    value=0.92, low=0.88, high=0.95, unit="1", basis="assumed", note="vendor's matrix product"
)
CLOCK_SHARE = 0.09  # chips differ, uncore and exponent are assumed
WITHOUT_POWER = Estimate(
    value=0.80, low=0.65, high=0.97, unit="1", basis="assumed",
    note="no socket_tdp_w in the site file: the share that AVX-512 parts of 2017 to 2020 hold",
)  # fmt: skip


def cube_root_of_power(tdp_w: float, cores: int) -> float:
    """The cube root of the watts that are left for each core."""
    return float(max((tdp_w - UNCORE_W) / cores, 0.1) ** (1 / 3))


CONSTANT = (
    ANCHOR_SHARE / VENDOR_BLAS.value * ANCHOR_GHZ / cube_root_of_power(ANCHOR_TDP_W, ANCHOR_CORES)
)


def vector_clock_ghz(node: NodeType) -> Estimate:
    """The clock that all cores of `node` hold in a matrix product.

    Narrower registers than AVX-512's leave the nominal clock as it is.
    """
    nominal = exactly(node.clock_ghz, "GHz", "published", "nominal clock")
    if node.flop_per_cycle < WIDE_FLOPS:
        return nominal.widened(0.05, "nominal clock")
    if not node.socket_tdp_w:
        return nominal.times(WITHOUT_POWER, "GHz", WITHOUT_POWER.note)
    held = CONSTANT * cube_root_of_power(node.socket_tdp_w, node.cores_per_socket)
    note = f"bound by {node.socket_tdp_w:g} W for {node.cores_per_socket} cores"
    return within(min(held, node.clock_ghz), CLOCK_SHARE, "GHz", note)
