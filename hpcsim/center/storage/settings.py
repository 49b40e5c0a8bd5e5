"""The section `storage` of a scenario: tiers, what lies there, and what becomes of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from hpcsim.errors import nearest
from hpcsim.site.storage import Storage as SiteStorage

from ..contract import Settings, quantity


class TierSettings(Settings):
    """One tier: how much it holds, how fast it is, and how often its disks fail."""

    usable_pb: float = quantity(1.0, "usable capacity", unit="PB", source="A", gt=0, le=1e5)
    read_gbs: float = quantity(10.0, "aggregate reading", unit="GB/s", source="A", gt=0, le=1e6)
    write_gbs: float = quantity(10.0, "aggregate writing", unit="GB/s", source="A", gt=0, le=1e6)
    metadata_ops: float = quantity(5000.0, "opens, creates", unit="1/s", source="A", gt=0, le=1e9)
    start_fill: float = quantity(
        0.45, "in use at the start", unit="1", source="A", span=(0.2, 0.8), ge=0, le=1
    )
    remote: bool = quantity(False, "behind the WAN", unit="yes or no", source="A")
    disks: int = quantity(0, "disks that can fail", unit="1", source="A", ge=0, le=10**6)
    annual_failure_rate: float = quantity(
        0.02, "disks replaced a year", unit="1", source="S", span=(0.009, 0.063), ge=0, le=1
    )
    high_water: float = quantity(
        0.90, "fill at which data goes before its time", unit="1", source="A", gt=0, le=1
    )
    low_water: float = quantity(0.85, "fill at which that ends", unit="1", source="A", gt=0, le=1)

    @model_validator(mode="after")
    def _low_is_below_high(self) -> Self:
        if self.low_water > self.high_water:
            raise ValueError(
                f"low_water {self.low_water:g} lies above high_water {self.high_water:g}; "
                "early purges and moves begin at the higher and end at the lower"
            )
        return self


def _tiers() -> dict[str, TierSettings]:
    def tier(pb: float, read: float, write: float, ops: float, **more: float) -> TierSettings:
        given = {"usable_pb": pb, "read_gbs": read, "write_gbs": write, "metadata_ops": ops}
        return TierSettings.model_validate(given | more)

    return {
        "hot": tier(0.5, 150, 100, 75_000, disks=300, annual_failure_rate=0.0022),
        "warm": tier(20, 120, 90, 40_000, disks=2229),
        "cold": tier(24.5, 30, 20, 5_000, disks=2731),
        "archive": tier(10, 5, 4, 500),
        "changzhou": tier(40, 20, 20, 5_000, remote=True, start_fill=0.5),
    }


def tiers_of_site(storage: SiteStorage) -> dict[str, dict[str, float]]:
    """What a site file says of its tiers, as values for `tiers`; a scenario may override them."""
    return {
        tier.name: {
            "usable_pb": tier.usable_pb,
            "read_gbs": tier.read_gbs,
            "write_gbs": tier.write_gbs,
            "start_fill": tier.start_fill,
        }
        | ({"metadata_ops": float(tier.create_ops)} if tier.create_ops else {})
        for tier in storage.tiers
    }


class Holding(Settings):
    """Data that lies in a tier at the start."""

    owner: str = quantity("research", "whose", unit="name", source="A")
    dataset: str = quantity("projects", "what", unit="name", source="A")
    tier: str = quantity("warm", "where", unit="name", source="A")
    share: float = quantity(1.0, "of the tier's start fill", unit="1", source="A", ge=0, le=1)


class Habit(Settings):
    """Data that somebody writes day after day, beside what subsystems and jobs write."""

    owner: str = quantity("research", "whose", unit="name", source="A")
    dataset: str = quantity("projects", "what", unit="name", source="A")
    tier: str = quantity("warm", "where", unit="name", source="A")
    tb_per_day: float = quantity(1.0, "on an ordinary day", unit="TB/day", source="A", ge=0)
    variation: float = quantity(0.3, "from day to day", unit="1", source="A", ge=0, le=3)


class Step(Settings):
    """What happens to data of some age: it is purged, moved to another tier, or copied there."""

    owner: str = quantity("research", "whose", unit="name", source="A")
    dataset: str = quantity("scratch", "what", unit="name", source="A")
    tier: str = quantity("hot", "where it lies", unit="name", source="A")
    after_days: float = quantity(30.0, "age at which it happens", unit="day", source="A", ge=0)
    action: Literal["purge", "move", "copy"] = quantity(
        "purge", "what happens", unit="name", source="A"
    )
    to: str = quantity("", "the other tier", unit="name", source="A")


def _holdings() -> tuple[Holding, ...]:
    rows = (
        ("research", "scratch", "hot", 1.0),
        ("sequencing", "fastq", "warm", 0.07),
        ("sequencing", "cram", "warm", 0.10),
        ("sequencing", "vcf", "warm", 0.03),
        ("records", "records", "warm", 0.0036),
        ("research", "projects", "warm", 0.7964),
        ("sequencing", "fastq", "cold", 0.43),
        ("sequencing", "cram", "cold", 0.30),
        ("research", "projects", "cold", 0.27),
        ("sequencing", "fastq", "archive", 1.0),
        ("sequencing", "fastq", "changzhou", 0.70),
        ("sequencing", "cram", "changzhou", 0.28),
        ("records", "records", "changzhou", 0.02),
    )
    return tuple(Holding(owner=o, dataset=d, tier=t, share=s) for o, d, t, s in rows)


def _habits() -> tuple[Habit, ...]:
    return (
        Habit(owner="research", dataset="scratch", tier="hot", tb_per_day=7.5),
        Habit(owner="research", dataset="projects", tier="warm", tb_per_day=1.5),
    )


def _life() -> tuple[Step, ...]:
    rows = (
        ("research", "scratch", "hot", 30, "purge", ""),
        ("sequencing", "raw", "hot", 30, "purge", ""),
        ("sequencing", "fastq", "warm", 1, "copy", "changzhou"),
        ("sequencing", "fastq", "warm", 90, "move", "cold"),
        ("sequencing", "fastq", "cold", 730, "move", "archive"),
        ("sequencing", "cram", "warm", 1, "copy", "changzhou"),
        ("sequencing", "cram", "warm", 365, "move", "cold"),
        ("sequencing", "vcf", "warm", 1, "copy", "changzhou"),
        ("records", "records", "warm", 1, "copy", "changzhou"),
    )
    return tuple(
        Step(owner=o, dataset=d, tier=t, after_days=a, action=x, to=to)  # type: ignore[arg-type]
        for o, d, t, a, x, to in rows
    )


class StorageSettings(Settings):
    """All tiers of the centre, the remote copy, and the lives of what they hold."""

    tiers: dict[str, TierSettings] = quantity(
        _tiers(), "tiers", unit="section", source="S for 55 PB in all; A for its parts"
    )
    holdings: tuple[Holding, ...] = quantity(
        _holdings(), "what the start fill is made of", unit="section", source="A"
    )
    habits: tuple[Habit, ...] = quantity(
        _habits(), "what is written day after day", unit="section", source="A"
    )
    scale: float = quantity(1.0, "times all habits", unit="1", source="A", ge=0, le=1000)
    life: tuple[Step, ...] = quantity(
        _life(), "what happens to data as it ages; the rest is kept", unit="section", source="A"
    )
    start_age_days: float = quantity(
        730.0, "age of the oldest data at the start", unit="day", source="A", ge=1, le=36500
    )
    steps_at_h: float = quantity(
        2.0, "hour of the day at which data moves and goes", unit="h", source="A", ge=0, lt=24
    )
    mover_gbs: float = quantity(
        2.0, "most that one move or copy carries", unit="GB/s", source="A", gt=0, le=1e5
    )
    wan_gbit_per_s: float = quantity(
        20.0, "line to the remote copy", unit="Gbit/s", source="A", span=(10, 40), gt=0, le=1e5
    )
    client_gbs: float = quantity(
        2.0, "most that one job reads and writes", unit="GB/s", source="A", gt=0, le=1000
    )
    client_ops: float = quantity(
        1000.0, "most operations of one job", unit="1/s", source="A", gt=0, le=1e7
    )
    job_ops: float = quantity(
        900.0, "opens, looks and creates of one job", unit="1", source="A from S", ge=0, le=1e9
    )
    jobs_tier: str = quantity("warm", "where jobs read and write", unit="name", source="A")
    research_gb_per_core_h: float = quantity(
        0.1, "read by research jobs; what they write are the habits", unit="GB/h", source="A",
        span=(0.01, 1.0), ge=0, le=1e4,
    )  # fmt: skip
    gap_shape: float = quantity(
        0.73, "Weibull shape of gaps between disk failures", unit="1", source="S",
        span=(0.71, 0.76), ge=0.3, le=5,
    )  # fmt: skip
    rebuild_h: float = quantity(
        6.0, "rebuild of one disk, declustered", unit="h", source="A", span=(2, 24), gt=0, le=1000
    )
    rebuild_share: float = quantity(
        0.02, "of a tier's bandwidth, while one disk is rebuilt", unit="1", source="A", ge=0, le=1
    )
    most_rebuild_share: float = quantity(
        0.5, "of a tier's bandwidth, for all rebuilds", unit="1", source="A", ge=0, lt=1
    )

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        problems = [
            f"{what}: no tier is called {name!r}; {nearest(name, sorted(self.tiers))}"
            for what, name in self._names()
            if name not in self.tiers
        ]
        problems += [
            f"life of {step.owner}/{step.dataset}: it cannot {step.action} from {step.tier} to "
            f"itself; name another tier in `to`"
            for step in self.life
            if step.action != "purge" and step.to == step.tier
        ]
        problems += [
            f"holdings in {tier} add up to {total:g} of its start fill; at most 1 is possible"
            for tier, total in self._holding_shares().items()
            if total > 1 + 1e-9
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _names(self) -> list[tuple[str, str]]:
        named: list[Holding | Habit | Step] = [*self.holdings, *self.habits, *self.life]
        found = [(f"{type(it).__name__} {it.owner}/{it.dataset}", it.tier) for it in named]
        found.append(("jobs_tier", self.jobs_tier))
        found += [
            (f"Step {step.owner}/{step.dataset}, to", step.to)
            for step in self.life
            if step.action != "purge"
        ]
        return found

    def _holding_shares(self) -> dict[str, float]:
        totals: dict[str, float] = {}
        for holding in self.holdings:
            totals[holding.tier] = totals.get(holding.tier, 0.0) + holding.share
        return totals
