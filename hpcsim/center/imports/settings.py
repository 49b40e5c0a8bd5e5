"""The section `imports` of a scenario: lots, risk classes, rules of today and of before."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import model_validator

from ..contract import Settings, Surge, quantity


class Duration(Settings):
    """A triangular distribution, given by its mean and its ends."""

    mean: float = quantity(1.0, "mean", unit="of the field", source="A", ge=0)
    low: float = quantity(0.0, "shortest", unit="of the field", source="A", ge=0)
    high: float = quantity(3.0, "longest", unit="of the field", source="A", ge=0)

    @property
    def mode(self) -> float:
        """The value at which a triangle over the ends has this mean."""
        return 3 * self.mean - self.low - self.high

    @model_validator(mode="after")
    def _is_a_triangle(self) -> Self:
        if not self.low - 1e-9 <= self.mode <= self.high + 1e-9:
            raise ValueError(
                f"no triangle from {self.low} to {self.high} has the mean {self.mean}; it can lie "
                f"from {(2 * self.low + self.high) / 3:g} to {(self.low + 2 * self.high) / 3:g}"
            )
        return self


def _span(mean: float, low: float, high: float) -> Duration:
    return Duration(mean=mean, low=low, high=high)


class RiskClass(Settings):
    """How lots of one risk class are treated; A is the greatest risk, D the least."""

    share: float = quantity(0.25, "of all lots", unit="1", source="A", ge=0)
    approval_days: Duration = quantity(
        Duration(), "simplified approval", unit="working day", source="A"
    )
    inspected: float = quantity(0.1, "lots inspected", unit="1", source="R 0.4", ge=0, le=1)
    duty_desk: bool = quantity(
        False, "approved on weekends and holidays too", unit="yes or no", source="A"
    )


class Rules(Settings):
    """What applies to every lot under one set of rules."""

    declaration_h: Duration = quantity(
        _span(2.0, 0.5, 4.0), "declaration", unit="office hour", source="A"
    )
    declared_any_day: bool = quantity(
        True, "declarations on weekends too", unit="yes or no", source="A"
    )
    transfer_h: Duration = quantity(
        _span(6.0, 2.0, 12.0), "port release and cold transfer", unit="h", source="A"
    )
    bench_h: Duration = quantity(
        _span(2.0, 0.5, 4.0), "inspection at the bench", unit="office hour", source="A"
    )
    benches: int = quantity(3, "lots inspected at once", unit="1", source="A", ge=1, le=1000)


def _classes() -> dict[str, RiskClass]:
    return {
        "A": RiskClass(share=0.03, approval_days=_span(10, 5, 20), inspected=1.0),
        "B": RiskClass(share=0.12, approval_days=_span(10, 5, 20), inspected=0.5),
        "C": RiskClass(share=0.35, approval_days=_span(2, 1, 3), inspected=0.2),
        "D": RiskClass(
            share=0.50, approval_days=_span(0.7, 0.2, 1), inspected=0.07, duty_desk=True
        ),
    }


class ImportsSettings(Settings):
    """The import desk, and the rules before the platform to compare with."""

    lots_per_working_day: float = quantity(
        12.0, "applications", unit="1/working day", source="A", span=(4, 35), ge=0, le=1e5
    )
    trace: Path | None = quantity(
        None, "lots: applied_s, risk_class, tubes; instead of drawing", unit="path", source="A"
    )
    scale: float = quantity(1.0, "times all demand", unit="1", source="A", ge=0)
    surges: tuple[Surge, ...] = quantity((), "stretches of more", unit="section", source="A")
    classes: dict[str, RiskClass] = quantity(
        _classes(), "risk classes", unit="section", source="A; C and D within S bounds"
    )
    rules: Rules = quantity(Rules(), "today's rules", unit="section", source="A")
    rules_before: Rules = quantity(
        Rules(declaration_h=_span(18, 9, 27), declared_any_day=False),
        "the rules before the platform",
        unit="section",
        source="A; S says days",
    )
    approval_days_before: Duration = quantity(
        _span(25, 20, 30), "approval before the platform", unit="working day", source="S"
    )
    inspected_before: float = quantity(
        1.0, "lots inspected before the platform", unit="1", source="A", ge=0, le=1
    )
    opens_h: float = quantity(8.5, "office opens", unit="h", source="A", ge=0, le=24)
    closes_h: float = quantity(17.5, "office closes", unit="h", source="A", ge=0, le=24)
    tested: float = quantity(
        0.05,
        "lots that need a laboratory test",
        unit="1",
        source="A",
        span=(0.01, 0.15),
        ge=0,
        le=1,
    )
    test_days: float = quantity(5.0, "length of that test", unit="day", source="A", ge=0)
    rejected: float = quantity(
        0.01, "lots sent back", unit="1", source="A", span=(0.002, 0.03), ge=0, le=1
    )
    tubes_per_lot: float = quantity(40.0, "mean number of tubes", unit="1", source="A", ge=1)
    to_biobank: float = quantity(0.3, "lots that go to the biobank", unit="1", source="A", ge=0)
    to_lab: float = quantity(0.2, "lots that go to the lab", unit="1", source="A", ge=0)
    follow_up_days: Duration = quantity(
        _span(200, 90, 365), "supervision after release", unit="day", source="A"
    )
    site_visits: float = quantity(
        0.07, "lots followed up on site", unit="1", source="A", span=(0.05, 0.10), ge=0, le=1
    )

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        total = sum(risk.share for risk in self.classes.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the classes' shares add up to {total:g}, not to 1")
        if self.to_biobank + self.to_lab > 1:
            raise ValueError("to_biobank and to_lab together are more than 1")
        if self.closes_h <= self.opens_h:
            raise ValueError("closes_h must be later than opens_h")
        return self
