"""A sweep: runs at every point of a design, figures with intervals, inputs ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpcsim import words
from hpcsim.errors import InputError, Problem

from ..replicate import Spread, over
from ..study.study import Study
from .axes import Axis
from .designs import grid, latin_hypercube
from .sensitivity import (
    Influence,
    morris,
    morris_points,
    regression,
    sobol,
    sobol_points,
)

DEFAULT_METRICS = ("mean_wait_s", "p95_wait_s", "utilization")


@dataclass(frozen=True)
class Design:
    """How the points are chosen: all of the grid, or so many of `lhs`, `morris` or `sobol`."""

    kind: str = "grid"
    size: int = 0


@dataclass(frozen=True)
class Plan:
    """The points of a design, before anything runs."""

    axes: tuple[Axis, ...]
    design: Design
    points: list[dict[str, Any]]
    unit: Any = None


@dataclass(frozen=True)
class Swept:
    """What a sweep has found: by point and metric a spread, by metric the inputs ranked."""

    plan: Plan
    by_point: list[dict[str, Spread]]
    influences: dict[str, list[Influence]]

    def sentence(self, name: str) -> str:
        """Which input moves a metric most, and between what the metric lay."""
        means = [each[name].mean.mean for each in self.by_point]
        least, most = (words.figure(name, each) for each in (min(means), max(means)))
        text = f"{name} lies between {least} and {most} over {len(means)} points"
        ranks = self.influences[name]
        if not ranks:
            return text + "."
        clear = [each.path for each in ranks if each.low > 0]
        text += f"; {ranks[0].path} moves it most"
        if len(clear) < len(ranks):
            text += f"; clearly above nothing: {', '.join(clear) or 'none of the inputs'}"
        return text + "."

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "design": self.plan.design.kind,
            "points": [
                {"changes": point, "figures": {k: v.as_dict() for k, v in found.items()}}
                for point, found in zip(self.plan.points, self.by_point, strict=True)
            ],
            "sensitivities": {
                name: [each.as_dict() for each in found] for name, found in self.influences.items()
            },
        }


def planned(axes: Sequence[Axis], design: Design, seed: int) -> Plan:
    """The points of a design; InputError where the axes do not suit it."""
    if not axes:
        hint = "as in --vary cluster.nodes=800:1000:25, or --vary assumptions"
        raise InputError(Problem("nothing is varied", hint=hint))
    if design.kind != "grid" and design.size < 2:
        value = f"--{design.kind} {design.size}"
        raise InputError(Problem("a design has two points at least", value=value))
    unit = None
    if design.kind == "grid":
        points = grid(axes)
    elif design.kind == "lhs":
        points = latin_hypercube(axes, design.size, seed)
    elif design.kind == "morris":
        unit, points = morris_points(axes, design.size, seed)
    else:
        points = sobol_points(axes, design.size, seed)
    return Plan(tuple(axes), design, points, unit)


def sweep(study: Study, plan: Plan, runs: int, metrics: Sequence[str]) -> Swept:
    """Run `runs` replications of every point; all points meet the same chances."""
    study.run(plan.points, range(runs))
    names = [*dict.fromkeys((*metrics, *DEFAULT_METRICS))]
    by_point = [
        {name: over(study.values(name, point, runs)) for name in names} for point in plan.points
    ]
    means = {name: np.array([each[name].mean.mean for each in by_point]) for name in names}
    influences = {name: _influences(plan, means[name], study.seed) for name in names}
    return Swept(plan, by_point, influences)


def _influences(plan: Plan, values: np.ndarray, seed: int) -> list[Influence]:
    if not np.isfinite(values).all() and plan.design.kind in ("morris", "sobol"):
        return []
    if plan.design.kind == "morris":
        return morris(plan.axes, plan.unit, values, seed % 2**32)
    if plan.design.kind == "sobol":
        return sobol(plan.axes, values, seed % 2**32)
    return regression(plan.axes, plan.points, values)
