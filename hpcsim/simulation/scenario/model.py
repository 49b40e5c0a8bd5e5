"""The scenario as a model: a default for everything, each marked with where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import field_validator, model_validator

from hpcsim.center.biobank import BiobankSettings
from hpcsim.center.calendar import CalendarSettings
from hpcsim.center.contract import Settings, quantity
from hpcsim.center.imports import ImportsSettings
from hpcsim.center.records import RecordsSettings
from hpcsim.center.research import ResearchSettings
from hpcsim.center.sequencing import SequencingSettings
from hpcsim.center.storage import StorageSettings
from hpcsim.cluster.policy import CONSERVATIVE, policies, policy
from hpcsim.errors import nearest

MOST_NODES = 10**6
DEMANDS = ("sequencing", "records", "biobank", "imports", "research")
SUBSYSTEMS = (*DEMANDS, "storage")


def _switch() -> Any:
    return quantity(True, "whether the subsystem is there", unit="yes or no", source="A")


class SequencingSection(SequencingSettings):
    """The sequencing platform, and its switch."""

    enabled: bool = _switch()


class RecordsSection(RecordsSettings):
    """The health records, and their switch."""

    enabled: bool = _switch()


class BiobankSection(BiobankSettings):
    """The biobank, and its switch."""

    enabled: bool = _switch()


class ImportsSection(ImportsSettings):
    """The import desk, and its switch."""

    enabled: bool = _switch()


class ResearchSection(ResearchSettings):
    """Research computing, and its switch."""

    enabled: bool = _switch()


class StorageSection(StorageSettings):
    """Storage, and its switch; without it there is room and bandwidth without end."""

    enabled: bool = _switch()


class Demand(Settings):
    """Everything that asks something of the centre."""

    sequencing: SequencingSection = quantity(
        SequencingSection(), "the sequencing platform", unit="section", source="D, A"
    )
    records: RecordsSection = quantity(
        RecordsSection(), "the health records", unit="section", source="D, A"
    )
    biobank: BiobankSection = quantity(
        BiobankSection(), "the biobank", unit="section", source="S, A"
    )
    imports: ImportsSection = quantity(
        ImportsSection(), "the import desk", unit="section", source="S, A"
    )
    research: ResearchSection = quantity(
        ResearchSection(), "research computing", unit="section", source="A"
    )


class ClusterSettings(Settings):
    """How the machine is scheduled, beside the policy."""

    nodes: bool | int = quantity(
        True,
        "the site's nodes; false: one pool of cores; a number: so many of its commonest type",
        unit="yes, no or 1",
        source="A",
    )
    placement: str = quantity("first_fit", "which of the free nodes", unit="name", source="A")
    production_partition: str = quantity(
        "clinical",
        "where sequencing's and records' jobs go, if the site has it; else to its default",
        unit="name",
        source="A",
    )
    cycle: float | str = quantity(
        60.0, "when passes are made: event, instant or a period", unit="s or name", source="A"
    )
    estimates: str = quantity(
        "limit", "run times as believed: limit, clairvoyant, user-average", unit="name", source="A"
    )

    @field_validator("nodes", mode="before")
    @classmethod
    def _is_yes_no_or_a_number(cls, nodes: Any) -> bool | int:
        # Looked at before pydantic does, to which 0 is another way to write false.
        if isinstance(nodes, bool) or (isinstance(nodes, int) and 1 <= nodes <= MOST_NODES):
            return nodes
        raise ValueError(f"is true, false or a whole number from 1 to {MOST_NODES:,}")


class Spell(Settings):
    """A stretch of time in which nodes are out of service."""

    start_day: float = quantity(0.0, "from the start", unit="day", source="A", ge=0)
    days: float = quantity(7.0, "how long", unit="day", source="A", gt=0)
    node_types: tuple[str, ...] = quantity((), "which nodes; none: all", unit="name", source="A")


class Failures(Settings):
    """What of the machine breaks; rates and repairs stand in the site file."""

    enabled: bool = quantity(
        True, "failures at the rates of the site file", unit="yes or no", source="A"
    )
    maintenance: bool = quantity(
        False,
        "the site's planned windows; jobs are stopped and queued again, not drained before",
        unit="yes or no",
        source="A",
    )
    outages: tuple[Spell, ...] = quantity(
        (), "outages beside them, known to nobody before", unit="section", source="A"
    )


class PowerSection(Settings):
    """Whether watts are counted; the nodes' watts, prices and limits stand in the site file."""

    enabled: bool = quantity(
        False,
        "energy and money counted, the site's power cap and switching-off honoured",
        unit="yes or no",
        source="A",
    )


class Scenario(Settings):
    """A run of the centre: where, under which policy, when, for how long, and what is asked."""

    title: str = quantity(
        "The centre as it is", "one line on what it is", unit="text", source="A", max_length=200
    )
    site: str | dict[str, Any] = quantity(
        "nanjing", "a site's name or file, or `base` with what differs", unit="name", source="A"
    )
    policy: str = quantity(
        "easy", "scheduling policy, see `hpcsim policies`", unit="name", source="A"
    )
    start: date = quantity(date(2027, 4, 1), "first day", unit="date", source="A")
    horizon_days: float = quantity(90.0, "length", unit="day", source="A", gt=0, le=3660)
    seed: int = quantity(1, "of everything that is drawn", unit="1", source="A", ge=0, le=2**63)
    cluster: ClusterSettings = quantity(ClusterSettings(), "scheduling", unit="section", source="A")
    calendar: CalendarSettings = quantity(
        CalendarSettings(), "days and seasons", unit="section", source="S, R 0.6"
    )
    failures: Failures = quantity(Failures(), "what breaks", unit="section", source="A")
    power: PowerSection = quantity(PowerSection(), "energy and money", unit="section", source="A")
    storage: StorageSection = quantity(StorageSection(), "storage", unit="section", source="S, A")
    demand: Demand = quantity(Demand(), "what is asked", unit="section", source="D, A")

    @field_validator("title")
    @classmethod
    def _is_printable(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("a title holds no control characters")
        return text

    @field_validator("policy")
    @classmethod
    def _is_a_policy(cls, name: str) -> str:
        try:
            policy(name)
        except ValueError:
            known = [each.name for each in policies()]
            raise ValueError(f"no such policy; {nearest(name, known)}") from None
        return name

    @field_validator("site")
    @classmethod
    def _says_its_base(cls, site: str | dict[str, Any]) -> str | dict[str, Any]:
        if isinstance(site, dict) and not isinstance(site.get("base"), str):
            raise ValueError('a site that differs from another names it: base = "nanjing"')
        return site

    @model_validator(mode="after")
    def _plans_need_a_pool(self) -> Self:
        if policy(self.policy).backfill == CONSERVATIVE and self.cluster.nodes:
            raise ValueError(
                f"{self.policy} plans with one pool of cores; add cluster.nodes = false, or "
                "choose a policy such as easy"
            )
        if self.power.enabled and not self.cluster.nodes:
            raise ValueError("one pool of cores has no nodes that could draw watts")
        if self.failures.outages and not self.cluster.nodes:
            raise ValueError("one pool of cores has no nodes that could be out of service")
        return self

    def is_enabled(self, subsystem: str) -> bool:
        """Whether a subsystem of SUBSYSTEMS is there."""
        section = self.storage if subsystem == "storage" else getattr(self.demand, subsystem)
        return bool(section.enabled)

    def only(self, subsystems: tuple[str, ...]) -> Scenario:
        """The same scenario with all other subsystems switched off; storage stays if named."""
        sections = {
            name: section.model_copy(update={"enabled": name in subsystems})
            for name in DEMANDS
            for section in [getattr(self.demand, name)]
        }
        storage = self.storage.model_copy(update={"enabled": "storage" in subsystems})
        demand = self.demand.model_copy(update=sections)
        return self.model_copy(update={"demand": demand, "storage": storage})
