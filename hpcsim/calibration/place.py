"""What a job's speed depends on at a place: clocks, registers, bandwidth, network, storage."""

from __future__ import annotations

from dataclasses import dataclass

from hpcsim import site as sites
from hpcsim.site.model import Site

from .classes import Reference
from .clock import vector_clock_ghz
from .hpcg import UNKNOWN_BANDWIDTH_GBS_A_CORE
from .hpl import largest, network_of

HOME = "nanjing"
PAIR = 2  # nodes whose distance tells the latency of a job's messages


@dataclass(frozen=True)
class Place:
    """A full node's core: GHz, flop a cycle, GB/s of memory; seconds and B/s of messages.

    `storage_gbs` is the reading bandwidth a core of the site, of its largest tier.
    """

    clock_ghz: float
    vector_clock_ghz: float
    flop_per_cycle: int
    core_bandwidth_gbs: float
    latency_s: float
    network_bandwidth: float
    storage_gbs: float
    node_cores: int


def of_site(site: Site, vector: float = 1.0) -> Place:
    """The most numerous nodes of `site`; `vector` is a factor on the clock of wide vectors."""
    node = largest(site)
    latency, bandwidth = network_of(site.network, PAIR)
    known = node.memory_bandwidth_gbs or UNKNOWN_BANDWIDTH_GBS_A_CORE * node.cores
    tiers = sorted(site.storage.tiers, key=lambda tier: tier.read_gbs)
    # Jobs work on the tier that is largest of those that are fast enough to hold working data.
    reading = tiers[len(tiers) // 2].read_gbs if tiers else 0.0
    return Place(
        clock_ghz=node.clock_ghz,
        vector_clock_ghz=vector_clock_ghz(node).value * vector,
        flop_per_cycle=node.flop_per_cycle,
        core_bandwidth_gbs=known / node.cores,
        latency_s=latency,
        network_bandwidth=bandwidth,
        storage_gbs=reading / site.cores,
        node_cores=node.cores,
    )


def of_reference(reference: Reference, clock: float = 1.0, vector: float = 1.0) -> Place:
    """Where a class's times come from; `clock` is a factor on a described clock.

    What a described reference does not say (network, storage) is taken as the centre's own.
    """
    home = of_site(sites.load(reference.site or HOME), vector)
    if reference.site is not None:
        return home
    assert reference.clock_ghz and reference.vector_clock_ghz and reference.core_bandwidth_gbs
    return Place(
        clock_ghz=reference.clock_ghz[0] * clock,
        vector_clock_ghz=reference.vector_clock_ghz[0] * clock,
        flop_per_cycle=reference.flop_per_cycle,
        core_bandwidth_gbs=reference.core_bandwidth_gbs[0],
        latency_s=home.latency_s,
        network_bandwidth=home.network_bandwidth,
        storage_gbs=home.storage_gbs,
        node_cores=home.node_cores,
    )
