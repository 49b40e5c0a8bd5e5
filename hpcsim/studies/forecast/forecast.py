"""The coming quarters, each simulated under grown demand, in many futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hpcsim.errors import InputError, Problem

from ..replicate import Spread, over
from ..study.metric import Target
from ..study.study import Study
from ..subject.centre import Centre
from .breaks import Break, broken, fill_days, target_days
from .growth import Growth

MOST_QUARTERS = 40
YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Course:
    """What happens under one growth: figures by quarter, tiers' levels, and what breaks when."""

    growth: Growth
    figures: Mapping[str, list[Spread]]
    levels: Mapping[str, list[Spread]]
    breaks: list[Break]
    points: list[dict[str, Any]]


@dataclass(frozen=True)
class Forecast:
    """All courses over the same quarters; edges are days from the start."""

    start: date
    edges: tuple[float, ...]
    targets: tuple[Target, ...]
    courses: tuple[Course, ...]

    @property
    def sentence(self) -> str:
        """What breaks first, in the first course that has one."""
        firsts = []
        for course in self.courses:
            seen = sorted((b for b in course.breaks if b.share > 0), key=lambda b: b.day)
            what = seen[0].sentence if seen else "nothing breaks within the horizon."
            firsts.append(f"With {course.growth.label}: {what}")
        return " ".join(firsts)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "sentence": self.sentence,
            "targets": [str(target) for target in self.targets],
            "start": str(self.start),
            "quarters": [str(self.start + timedelta(days=edge)) for edge in self.edges],
            "courses": [
                {
                    "label": course.growth.label,
                    "growth": dict(course.growth.by_path),
                    "breaks": [each.as_dict() for each in course.breaks],
                    "figures": _plain(course.figures),
                    "storage_pb": _plain(course.levels),
                }
                for course in self.courses
            ],
        }


def quarter_points(centre: Centre, growth: Growth, quarters: int) -> list[dict[str, Any]]:
    """The changes of each quarter: its first day, and demand as grown to its middle."""
    days = centre.scenario.horizon_days
    found = []
    for quarter in range(quarters):
        begins = centre.scenario.start + timedelta(days=days * quarter)
        factors = growth.factors((quarter + 0.5) * days / YEAR_DAYS)
        grown = {path: float(centre.today(path)) * by for path, by in factors.items()}
        found.append({"start": str(begins), **grown})
    return found


def forecast(
    study: Study, targets: Sequence[Target], growths: Sequence[Growth], quarters: int, runs: int
) -> Forecast:
    """Simulate every quarter under every growth, `runs` futures of each.

    Each quarter starts with the stores as full as the scenario says; what they gain is carried
    over from quarter to quarter afterwards, in each future by itself. InputError where the subject
    is no scenario of the centre.
    """
    centre = study.subject
    if not isinstance(centre, Centre):
        hint = "quarters need a scenario, such as nanjing-quarter"
        raise InputError(Problem("a workload has no calendar", value=centre.name, hint=hint))
    if not 1 <= quarters <= MOST_QUARTERS:
        rule = f"from 1 to {MOST_QUARTERS}"
        raise InputError(Problem("no such number of quarters", value=str(quarters), rule=rule))
    days = centre.scenario.horizon_days
    edges = tuple(days * q for q in range(quarters + 1))
    by_growth = [quarter_points(centre, growth, quarters) for growth in growths]
    study.run([point for points in by_growth for point in points], range(runs))
    courses = tuple(
        _course(study, centre, growth, points, targets, edges, runs)
        for growth, points in zip(growths, by_growth, strict=True)
    )
    return Forecast(centre.scenario.start, edges, tuple(targets), courses)


def _course(
    study: Study, centre: Centre, growth: Growth, points: list[dict[str, Any]],
    targets: Sequence[Target], edges: Sequence[float], runs: int,
) -> Course:  # fmt: skip
    start, horizon = centre.scenario.start, edges[-1]
    figures, breaks = {}, []
    for target in targets:
        values = np.column_stack([study.values(target.metric, point, runs) for point in points])
        figures[str(target.metric)] = [over(column) for column in values.T]
        known = values[np.isfinite(values).all(axis=1)]
        breaks.append(broken(target.said, target_days(target, known, edges), start, horizon))
    levels = {}
    if centre.scenario.is_enabled("storage"):
        for name, tier in centre.scenario.storage.tiers.items():
            rates = np.column_stack(
                [study.values(f"storage.{name}_growth_pb_per_year", p, runs) for p in points]
            )
            known = rates[np.isfinite(rates).all(axis=1)]
            added = known * np.diff(edges) / YEAR_DAYS
            begin = tier.usable_pb * tier.start_fill
            levels[name] = [over(column) for column in (begin + np.cumsum(added, axis=1)).T]
            full = fill_days(begin, added, tier.usable_pb, edges)
            breaks.append(broken(f"room in {name} storage", full, start, horizon, goes_on=True))
    return Course(growth, figures, levels, breaks, points)


def _plain(found: Mapping[str, list[Spread]]) -> dict[str, Any]:
    return {name: [each.as_dict() for each in spreads] for name, spreads in found.items()}
