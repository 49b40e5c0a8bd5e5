"""Published systems: HPL projected from their node data alone, beside what their lists say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from hpcsim.site.network import Network
from hpcsim.site.nodes import NodeType

from .estimate import Estimate, Part
from .hpl import rmax_tflops

SOCKETS = 2
AVX512 = 32


class Processor(Part):
    """A processor's published data."""

    cores: int
    ghz: float
    tdp_w: float


class Fabric(Part):
    """A kind of network: latency between nodes, and bandwidth of a node's port."""

    latency_us: float
    gbs: float


class System(Part):
    """A row of the list; Rmax and Rpeak in Tflop/s."""

    name: str
    processor: str
    network: str
    cores: int
    rmax: float
    rpeak: float


class Listing(Part):
    """The systems and what all of them are taken to have."""

    memory_gib_a_core: float
    systems: tuple[System, ...]


class Systems(Part):
    """The whole file."""

    processors: Mapping[str, Processor]
    networks: Mapping[str, Fabric]
    list: Listing


@dataclass(frozen=True)
class Projection:
    """A system's projected Rmax beside the one that it ran."""

    system: System
    rmax: Estimate

    @property
    def error(self) -> float:
        """Projected over listed, less one."""
        return self.rmax.value / self.system.rmax - 1

    @property
    def covered(self) -> bool:
        """Whether the listed Rmax lies in the 90 % interval."""
        return self.rmax.low <= self.system.rmax <= self.rmax.high


@cache
def published() -> Systems:
    """The systems that come with hpcsim."""
    text = resources.files(__package__).joinpath("systems.toml").read_text(encoding="utf-8")
    return Systems.model_validate(tomllib.loads(text))


def project(system: System) -> Projection:
    """HPL of a listed system by its processor, its network and its number of cores."""
    known = published()
    processor, fabric = known.processors[system.processor], known.networks[system.network]
    node = NodeType(
        name=f"x{system.processor}",
        count=1,
        sockets=SOCKETS,
        cores_per_socket=processor.cores,
        clock_ghz=processor.ghz,
        flop_per_cycle=AVX512,
        socket_tdp_w=processor.tdp_w,
        memory_gib=SOCKETS * processor.cores * known.list.memory_gib_a_core,
    )
    network = Network(latency_us=fabric.latency_us, bandwidth_gbs=fabric.gbs)
    return Projection(system, rmax_tflops(node, round(system.cores / node.cores), network))


def projections() -> tuple[Projection, ...]:
    """Of every published system."""
    return tuple(project(system) for system in published().list.systems)


def median_error(found: Sequence[Projection]) -> float:
    """Median of the absolute relative errors."""
    return float(np.median([abs(each.error) for each in found]))


def coverage(found: Sequence[Projection]) -> float:
    """Share of listed figures within the intervals."""
    return float(np.mean([each.covered for each in found]))
