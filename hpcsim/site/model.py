"""The site: one frozen model of the machine, and the figures that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from .accounts import Account
from .failures import Failures
from .mistakes import complain
from .network import Network
from .nodes import NodeType
from .partitions import Partition
from .power import Carbon, Power, Tariff
from .prices import Prices
from .priority import Priority
from .qos import Qos
from .references import wrong_references
from .reservations import Reservation
from .storage import Storage
from .types import Count, Name, NotNegative, Part, Tables, Text

TIB_GIB = 1024


class Published(Part):
    """What has been published about the machine, to stand beside what follows from the model."""

    cores: Count | None = Field(default=None, description="cores")
    nodes: Count | None = Field(default=None, description="nodes")
    peak_tflops: NotNegative | None = Field(default=None, description="peak, Tflop/s")
    storage_pb: NotNegative | None = Field(default=None, description="usable storage, PB")
    loaded_kw: NotNegative | None = Field(default=None, description="draw of the nodes, kW")


class Site(Part):
    """A computing site, read from a file by `hpcsim.site.load`."""

    name: Name = Field(
        default="site", description="what it is called; the file's name if not given"
    )
    title: Text = Field(default="", description="one line on what it is")
    published: Published = Field(default=Published(), description="published figures")
    nodes: Tables[NodeType] = Field(description="node types, as in `[nodes.thin]`")
    partitions: Tables[Partition] = Field(
        default=(), description="as in `[partitions.normal]`; none: one of all nodes"
    )
    qos: Tables[Qos] = Field(default=(), description="qualities of service, as in `[qos.high]`")
    default_qos: Name | None = Field(default=None, description="QOS of jobs that name none")
    accounts: Tables[Account] = Field(default=(), description="as in `[accounts.genomics]`")
    default_account: Name | None = Field(
        default=None, description="account of users that no account lists"
    )
    priority: Priority = Field(default=Priority(), description="weights of multifactor priority")
    network: Network = Field(default=Network(), description="the interconnect")
    storage: Storage = Field(default=Storage(), description="storage tiers")
    licences: Mapping[Name, Count] = Field(
        default_factory=dict, description="licences that jobs hold while they run, name = count"
    )
    reservations: Tables[Reservation] = Field(
        default=(), description="nodes kept for some, as in `[reservations.course]`"
    )
    failures: Failures = Field(default=Failures(), description="what breaks")
    power: Power = Field(default=Power(), description="power beyond the nodes")
    tariff: Tariff = Field(default=Tariff(), description="price of electricity by local hour")
    carbon: Carbon = Field(default=Carbon(), description="carbon behind a kilowatt-hour")
    prices: Prices = Field(default=Prices(), description="what users pay")

    @model_validator(mode="after")
    def _names_point_at_something(self) -> Self:
        complain(wrong_references(self.model_dump()))
        return self

    def node_type(self, name: str) -> NodeType:
        """The node type of that name; KeyError without one."""
        return {kind.name: kind for kind in self.nodes}[name]

    @property
    def commonest_node_type(self) -> NodeType:
        """The type with the most nodes; the first named of several."""
        return max(self.nodes, key=lambda kind: kind.count)

    def partition(self, name: str) -> Partition:
        """The partition of that name; KeyError without one."""
        return {partition.name: partition for partition in self.queues}[name]

    @property
    def queues(self) -> tuple[Partition, ...]:
        """The partitions; one of all nodes, named `all`, where the file gives none."""
        return self.partitions or (Partition(name="all", default=True),)

    @property
    def default_partition(self) -> Partition:
        """Where a job goes that names no partition: the one marked so, or the first."""
        return next((p for p in self.queues if p.default), self.queues[0])

    @property
    def node_count(self) -> int:
        """All nodes."""
        return sum(kind.count for kind in self.nodes)

    @property
    def cores(self) -> int:
        """All cores."""
        return sum(kind.count * kind.cores for kind in self.nodes)

    @property
    def memory_tib(self) -> float:
        """Memory of all nodes, TiB."""
        return sum(kind.count * kind.memory_gib for kind in self.nodes) / TIB_GIB

    @property
    def memory_bandwidth_tbs(self) -> float:
        """STREAM triad bandwidth of all nodes together, TB/s."""
        return sum(kind.count * kind.memory_bandwidth_gbs for kind in self.nodes) / 1000

    @property
    def peak_tflops(self) -> float:
        """Peak of all nodes in FP64, Tflop/s."""
        return sum(kind.count * kind.peak_tflops for kind in self.nodes)

    @property
    def storage_pb(self) -> float:
        """Usable storage of all tiers, PB."""
        return sum(tier.usable_pb for tier in self.storage.tiers)

    @property
    def idle_kw(self) -> float:
        """Draw of all nodes at rest, kW, without what the building adds."""
        return sum(kind.count * kind.rest_w for kind in self.nodes) / 1000

    @property
    def loaded_kw(self) -> float:
        """Draw of all nodes at work of the default class, kW, without what the building adds."""
        return self.working_kw("default")

    def working_kw(self, work: str) -> float:
        """Draw of all nodes at work of class `work`, kW."""
        return sum(kind.count * kind.work_w(work) for kind in self.nodes) / 1000

    @property
    def infrastructure_kw(self) -> float:
        """Draw of storage and network, which is there whatever the nodes do, kW."""
        return self.network.idle_kw + sum(tier.idle_kw for tier in self.storage.tiers)

    @property
    def facility_loaded_kw(self) -> float:
        """Draw of the whole site at the meter with all nodes at work, kW."""
        return (self.loaded_kw + self.infrastructure_kw) * self.power.pue

    @property
    def bisection_gbs(self) -> float:
        """Bandwidth between two halves of the machine, GB/s."""
        return self.network.bisection_gbs(self.node_count)

    @property
    def accelerators(self) -> int:
        """All accelerators."""
        return sum(kind.count * a.count for kind in self.nodes for a in kind.accelerators)
