"""The section `demand.research` of a scenario: classes of jobs, users, accounts, failures."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from ..contract import Settings, Surge, quantity

ROUNDING = 1e-6


class JobClass(Settings):
    """Jobs of one kind: their part of the work, and how large, long and many they are."""

    core_h_share: float = quantity(
        0.25, "of research's core-hours", unit="1", source="A", ge=0, le=1
    )
    size: Literal["choice", "lublin"] = quantity(
        "choice", "from the list, or by Lublin and Feitelson", unit="name", source="S"
    )
    sizes: tuple[int, ...] = quantity(
        (1, 2, 4, 8, 16, 40), "sizes of the list", unit="unit", source="A"
    )
    weights: tuple[float, ...] = quantity(
        (0.35, 0.2, 0.2, 0.15, 0.07, 0.03), "how often each", unit="1", source="A"
    )
    unit_cores: int = quantity(1, "cores of a unit of size", unit="core", source="A", ge=1)
    least_units: int = quantity(1, "smallest", unit="unit", source="A", ge=1)
    most_units: int = quantity(40, "largest", unit="unit", source="A", ge=1, le=1_000_000)
    runtime: Literal["lognormal", "lublin"] = quantity(
        "lognormal", "distribution of a campaign's run times", unit="name", source="S"
    )
    median_h: float = quantity(1.0, "median of a lognormal", unit="h", source="A", gt=0)
    sigma: float = quantity(1.0, "sigma of its logarithm", unit="1", source="A", ge=0, le=4)
    least_h: float = quantity(0.05, "shortest", unit="h", source="A", ge=0)
    most_h: float = quantity(24.0, "longest", unit="h", source="A", gt=0, le=720)
    bag_median: float = quantity(8.0, "jobs sent at once", unit="1", source="R 0.6", ge=1)
    bag_sigma: float = quantity(1.51, "sigma of its logarithm", unit="1", source="R 0.6", ge=0)
    bag_most: int = quantity(500, "most jobs sent at once", unit="1", source="A", ge=1, le=100_000)
    rounds: float = quantity(
        2.0, "mean number of times that a campaign sends", unit="1", source="A", ge=1, le=100
    )
    memory_gib_per_core: tuple[float, ...] = quantity(
        (4.0,), "requests, each as often", unit="GiB", source="S"
    )

    @model_validator(mode="after")
    def _spans_are_spans(self) -> Self:
        if len(self.sizes) != len(self.weights) or not self.sizes or min(self.sizes) < 1:
            raise ValueError("sizes are whole numbers from 1, each with its weight")
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise ValueError("weights are not negative and one is above 0")
        if self.least_units > self.most_units or self.least_h > self.most_h:
            raise ValueError("the least must not be above the most")
        if not self.memory_gib_per_core or min(self.memory_gib_per_core) <= 0:
            raise ValueError("memory_gib_per_core needs at least one request above 0")
        return self


class ResearchAccount(Settings):
    """Who asks and pays: a field of the centre's own research, or a partner."""

    demand_share: float = quantity(0.2, "of users' activity", unit="1", source="A", ge=0, le=1)
    partner: bool = quantity(False, "a paying partner", unit="yes or no", source="A")
    yuan_per_core_h: float = quantity(
        0.06, "price", unit="yuan", source="A", span=(0.025, 0.30), ge=0
    )


class Failures(Settings):
    """Jobs that do not do what they should, and what users do then."""

    share: float = quantity(
        0.12, "jobs that fail", unit="1", source="R 0.7", span=(0.05, 0.25), ge=0, le=0.9
    )
    application: float = quantity(0.70, "of them, by themselves", unit="1", source="R 0.5", ge=0)
    timeout: float = quantity(0.16, "of them, cut by their limit", unit="1", source="R 0.5", ge=0)
    out_of_memory: float = quantity(0.09, "of them", unit="1", source="R 0.5", ge=0)
    cancelled: float = quantity(0.05, "of them, by the user", unit="1", source="R 0.5", ge=0)
    sent_again: float = quantity(
        0.6, "of failed jobs, sent again once", unit="1", source="A", ge=0, le=1
    )
    gap_median_min: float = quantity(
        10.0, "from the failure to sending again", unit="min", source="A", gt=0
    )
    gap_sigma: float = quantity(1.2, "sigma of its logarithm", unit="1", source="A", ge=0, le=4)
    gap_least_s: float = quantity(100.0, "shortest such time", unit="s", source="S", ge=0)

    @model_validator(mode="after")
    def _kinds_add_up(self) -> Self:
        total = self.application + self.timeout + self.out_of_memory + self.cancelled
        if abs(total - 1) > ROUNDING:
            raise ValueError(f"the kinds of failures add up to {total:g}, not to 1")
        return self


def _classes() -> dict[str, JobClass]:
    return {
        "reanalysis": JobClass(
            core_h_share=0.267,
            median_h=1.0,
            sigma=1.1,
            least_h=1 / 6,
            bag_median=40,
            bag_sigma=1.957,
            bag_most=3200,
            rounds=1.5,
            memory_gib_per_core=(4, 4, 4, 6, 8, 16),
        ),
        "mpi": JobClass(
            core_h_share=0.533,
            size="lublin",
            unit_cores=40,
            least_units=2,
            most_units=64,
            runtime="lublin",
            least_h=2,
            most_h=72,
            bag_median=2,
            bag_sigma=0.8,
            bag_most=20,
            rounds=4,
            memory_gib_per_core=(2,),
        ),
        "statistics": JobClass(
            core_h_share=0.16,
            sizes=(1, 2, 4),
            weights=(0.7, 0.2, 0.1),
            unit_cores=40,
            median_h=3,
            sigma=1.0,
            least_h=0.5,
            bag_median=4,
            bag_sigma=1.0,
            bag_most=100,
            rounds=3,
            memory_gib_per_core=(4, 4),
        ),
        "test": JobClass(
            core_h_share=0.04,
            size="lublin",
            most_units=4000,
            runtime="lublin",
            least_h=0.01,
            most_h=12,
            bag_median=3,
            bag_sigma=0.8,
            bag_most=30,
            rounds=2,
        ),
    }


def _accounts() -> dict[str, ResearchAccount]:
    def partner(share: float) -> ResearchAccount:
        return ResearchAccount(demand_share=share, partner=True, yuan_per_core_h=0.12)

    return {
        "medical": ResearchAccount(demand_share=0.28),
        "life-science": ResearchAccount(demand_share=0.30),
        "applied-mathematics": ResearchAccount(demand_share=0.12),
        "information-control": ResearchAccount(demand_share=0.08),
        "pharma-1": partner(0.12),
        "pharma-2": partner(0.07),
        "pharma-3": partner(0.03),
    }


class ResearchSettings(Settings):
    """Research computing; the classes' core-hour shares are those of the centre's mix."""

    utilization: float = quantity(
        0.70, "of `machine_cores`, mean over a year", unit="1", source="A", span=(0.5, 0.85), ge=0
    )
    machine_cores: int = quantity(
        35_480, "what `utilization` is a part of", unit="core", source="D", ge=1, le=10**8
    )
    growth_per_year: float = quantity(
        0.0, "of demand, from the start on", unit="1/a", source="A", ge=-0.9, le=10
    )
    trace: Path | None = quantity(
        None, "any workload that hpcsim reads; instead of drawing", unit="path", source="A"
    )
    scale: float = quantity(1.0, "times all demand", unit="1", source="A", ge=0, le=100)
    surges: tuple[Surge, ...] = quantity((), "stretches of more", unit="section", source="A")
    classes: dict[str, JobClass] = quantity(
        _classes(), "kinds of jobs", unit="section", source="A mix, S Lublin-Feitelson"
    )
    accounts: dict[str, ResearchAccount] = quantity(
        _accounts(), "fields and partners", unit="section", source="S exist; numbers A"
    )
    users: int = quantity(
        400, "people who send jobs", unit="1", source="A", span=(100, 1000), ge=1, le=1_000_000
    )
    zipf: float = quantity(
        1.1, "exponent of their activity", unit="1", source="R 0.7", span=(0.8, 1.5), ge=0, le=5
    )
    runtime_variation: float = quantity(
        0.35, "sigma of run times within a campaign", unit="1", source="A", ge=0, le=2
    )
    node_cores: int = quantity(40, "cores of an ordinary node", unit="core", source="D", ge=1)
    most_gib_a_node: float = quantity(
        180.0, "most that a first request asks of a node", unit="GiB", source="A", gt=0
    )
    careful_requests: float = quantity(
        0.5, "campaigns that ask for the round value they need", unit="1", source="A", ge=0, le=1
    )
    think_median_min: float = quantity(
        20.0, "from a result to sending the next round", unit="min", source="A", gt=0
    )
    think_sigma: float = quantity(1.5, "sigma of its logarithm", unit="1", source="A", ge=0, le=4)
    lead_in_days: float = quantity(
        4.0, "campaigns of so many days before the start go on", unit="day", source="A", ge=0, le=60
    )
    failures: Failures = quantity(Failures(), "failed jobs", unit="section", source="R 0.7, A")

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        for what, shares in (
            ("classes' core_h_share", [kind.core_h_share for kind in self.classes.values()]),
            ("accounts' demand_share", [each.demand_share for each in self.accounts.values()]),
        ):
            if abs(sum(shares) - 1) > ROUNDING:
                raise ValueError(f"the {what} add up to {sum(shares):g}, not to 1")
        return self
