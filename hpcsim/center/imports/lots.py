"""Lots: what is applied for, and how each of them would fare under two sets of rules.

Every lot carries its own random numbers; the rules turn the same numbers into different times,
so that the comparison is lot by lot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hpcsim.units import DAY_S, HOUR_S

from ..calendar import Calendar
from ..contract import FloatArray, IntArray, surge_factors
from ..trace import Column, read_trace
from .settings import Duration, ImportsSettings, Rules

BoolArray = npt.NDArray[np.bool_]
DESTINATIONS = ("biobank", "lab", "company")


@dataclass(frozen=True)
class Lots:
    """Lots in the order of their applications, in columns."""

    applied_s: FloatArray
    risk_class: IntArray
    tubes: IntArray
    destination: IntArray  # index into DESTINATIONS
    rejected: BoolArray
    tested: BoolArray
    visited: BoolArray
    follow_up_s: FloatArray
    chance: FloatArray  # lots x 5: approval, declaration, transfer, inspection, bench

    def __len__(self) -> int:
        return len(self.applied_s)


@dataclass(frozen=True)
class Course:
    """What a set of rules makes of each lot before it reaches the inspection benches."""

    approval_days: FloatArray
    approved_s: FloatArray
    declared_s: FloatArray
    arrived_s: FloatArray
    inspected: BoolArray
    bench_s: FloatArray


def draw(settings: ImportsSettings, calendar: Calendar, rng: np.random.Generator) -> Lots:
    """All applications within the horizon, drawn or those of the trace."""
    recorded = _recorded(settings, calendar)
    applied = _applications(settings, calendar, rng) if recorded is None else recorded[0]
    count = len(applied)
    chance = rng.random((count, 11))
    shares = np.cumsum([risk.share for risk in settings.classes.values()])
    ends = np.array([settings.to_biobank, settings.to_biobank + settings.to_lab])
    sigma = 1.0  # many small lots, few large ones
    spread = np.exp(rng.standard_normal(count) * sigma - sigma**2 / 2)
    risk_class = np.minimum(np.searchsorted(shares, chance[:, 5]), len(shares) - 1)
    tubes = np.maximum(np.round(settings.tubes_per_lot * spread), 1).astype(np.int64)
    if recorded is not None:
        _, risk_class, tubes = recorded
    return Lots(
        applied_s=applied,
        risk_class=risk_class,
        tubes=tubes,
        destination=np.searchsorted(ends, chance[:, 6], side="right"),
        rejected=chance[:, 7] < settings.rejected,
        tested=chance[:, 8] < settings.tested,
        visited=chance[:, 9] < settings.site_visits,
        follow_up_s=triangular(settings.follow_up_days, chance[:, 10]) * DAY_S,
        chance=chance[:, :5],
    )


def _applications(
    settings: ImportsSettings, calendar: Calendar, rng: np.random.Generator
) -> FloatArray:
    days = calendar.working_days()
    daily = settings.lots_per_working_day * settings.scale
    day = np.repeat(days, rng.poisson(daily * surge_factors(settings.surges, days * DAY_S)))
    hours = rng.uniform(settings.opens_h, settings.closes_h, len(day))
    applied = np.sort(day * DAY_S + hours * HOUR_S)
    return applied[applied < calendar.horizon_s]


def _recorded(
    settings: ImportsSettings, calendar: Calendar
) -> tuple[FloatArray, IntArray, IntArray] | None:
    """(applications, risk classes, tubes) of the trace; None without one."""
    if settings.trace is None:
        return None
    classes = Column("risk_class", known=tuple(settings.classes))
    columns = (Column("applied_s"), classes, Column("tubes", least=1, most=1e6))
    table = read_trace(settings.trace, columns)
    inside = table["applied_s"] < calendar.horizon_s
    applied, risk_class, tubes = (table[column.name][inside] for column in columns)
    return applied, risk_class, tubes.astype(np.int64)


def triangular(duration: Duration, chance: FloatArray) -> FloatArray:
    """The quantiles of a triangular distribution."""
    low, high, mode = duration.low, duration.high, duration.mode
    width = high - low
    if width == 0:
        return np.full(len(chance), low)
    cut = (mode - low) / width
    rising = low + np.sqrt(chance * width * max(mode - low, 0.0))
    falling = high - np.sqrt((1 - chance) * width * max(high - mode, 0.0))
    return np.where(chance < cut, rising, falling)


def course_today(lots: Lots, settings: ImportsSettings, calendar: Calendar) -> Course:
    """Each lot under today's rules."""
    classes = list(settings.classes.values())
    days = np.zeros(len(lots))
    for code, risk in enumerate(classes):
        mine = lots.risk_class == code
        days[mine] = triangular(risk.approval_days, lots.chance[mine, 0])
    inspected = np.array([risk.inspected for risk in classes])[lots.risk_class]
    duty = np.array([risk.duty_desk for risk in classes])[lots.risk_class]
    return _course(lots, settings, calendar, settings.rules, days, duty, inspected)


def course_before(lots: Lots, settings: ImportsSettings, calendar: Calendar) -> Course:
    """The same lots under the rules before the platform."""
    days = triangular(settings.approval_days_before, lots.chance[:, 0])
    duty = np.zeros(len(lots), dtype=bool)
    inspected = np.full(len(lots), settings.inspected_before)
    return _course(lots, settings, calendar, settings.rules_before, days, duty, inspected)


def _course(
    lots: Lots,
    settings: ImportsSettings,
    calendar: Calendar,
    rules: Rules,
    approval_days: FloatArray,
    duty: BoolArray,
    inspected: FloatArray,
) -> Course:
    opens, closes = settings.opens_h, settings.closes_h
    office_day_s = (closes - opens) * HOUR_S
    approved = calendar.office_end(
        lots.applied_s, approval_days * office_day_s, opens_h=opens, closes_h=closes, every_day=duty
    )
    declaration_s = triangular(rules.declaration_h, lots.chance[:, 1]) * HOUR_S
    declared = calendar.office_end(
        approved, declaration_s, opens_h=opens, closes_h=closes, every_day=rules.declared_any_day
    )
    arrived = declared + triangular(rules.transfer_h, lots.chance[:, 2]) * HOUR_S
    return Course(
        approval_days=approval_days,
        approved_s=approved,
        declared_s=declared,
        arrived_s=np.where(lots.rejected, math.inf, arrived),
        inspected=lots.chance[:, 3] < inspected,
        bench_s=triangular(rules.bench_h, lots.chance[:, 4]) * HOUR_S,
    )
