"""What a measured change means for the centre: one scenario under two calibrations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hpcsim.calibration import Calibration, RunTimes, draw
from hpcsim.calibration.classes import shipped
from hpcsim.calibration.hpl import largest
from hpcsim.metrics.records import may_run_s, numbers
from hpcsim.rng import stream
from hpcsim.simulation.folder import RunFolder
from hpcsim.simulation.scenario import Scenario
from hpcsim.simulation.scenario.shelf import site_of
from hpcsim.units import HOUR_S

from .centre import run_scenario

Progress = Callable[[int, int], None]
DAY_H = 24.0
TOLD = 0.005  # a class whose time moved by less than this is not named
DRAWS = 200


@dataclass(frozen=True)
class Outcome:
    """One run in four figures: hours waited a job, core-hours asked, nodes kept busy by them."""

    wait_h: float
    p95_wait_h: float
    core_h: float
    utilization: float


@dataclass(frozen=True)
class Impact:
    """Two sets of runs of one scenario, seed by seed, and what lies between them.

    `classes` are run times of the second calibration over the first's, with the 90 % interval of
    drawn machines, for the classes that moved.
    """

    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    node_cores: int
    yuan_a_core_h: float
    days: float
    classes: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    def mean(self, name: str) -> tuple[float, float]:
        """A figure's mean over seeds before and after."""
        pair = [
            float(np.mean([getattr(run, name) for run in runs]))
            for runs in (self.before, self.after)
        ]
        return pair[0], pair[1]

    @property
    def more_core_h(self) -> float:
        """Core-hours that the same demand takes more."""
        before, after = self.mean("core_h")
        return after - before

    @property
    def nodes(self) -> float:
        """Nodes that are kept busy by what the same demand takes more."""
        return self.more_core_h / (self.days * DAY_H * self.node_cores)

    @property
    def yuan(self) -> float:
        """Its price at the site's rate for a core-hour."""
        return self.more_core_h * self.yuan_a_core_h

    def data(self) -> dict[str, Any]:
        """For programs; units in the names."""
        wait, p95 = self.mean("wait_h"), self.mean("p95_wait_h")
        return {
            "wait_h_before": wait[0],
            "wait_h_after": wait[1],
            "p95_wait_h_before": p95[0],
            "p95_wait_h_after": p95[1],
            "more_core_h": self.more_core_h,
            "more_nodes": self.nodes,
            "more_yuan": self.yuan,
            "days": self.days,
            "seeds": len(self.before),
            "run_time_ratio_by_class": {
                name: {"value": value, "low": low, "high": high}
                for name, (value, low, high) in self.classes.items()
            },
        }

    def rows(self) -> list[tuple[str, str]]:
        """For people."""
        (wait, waits), (p95, p95s) = self.mean("wait_h"), self.mean("p95_wait_h")
        rows = [
            ("mean wait", f"{wait:.2f} h -> {waits:.2f} h ({waits - wait:+.2f} h)"),
            ("19 in 20 wait less than", f"{p95:.2f} h -> {p95s:.2f} h ({p95s - p95:+.2f} h)"),
            ("core-hours for the same demand", f"{self.more_core_h:+,.0f}"),
            ("nodes kept busy by them", f"{self.nodes:+,.1f}"),
            ("at the site's price", f"{self.yuan:+,.0f} yuan in {self.days:g} days"),
        ]
        for name, (value, low, high) in self.classes.items():
            told = f"{value - 1:+.1%} ({low - 1:+.1%} .. {high - 1:+.1%})"
            rows.append((f"run time of {name}", told))
        if not self.classes:
            rows.append(("run times", "no class moved by half a percent"))
        return rows


def impact(
    before: Calibration,
    after: Calibration,
    scenario: Scenario,
    *,
    seeds: int = 1,
    progress: Progress | None = None,
) -> Impact:
    """Run a scenario under both calibrations, with the same demand each time.

    Both have the assumptions of the first, so that nothing but the measurements differs.
    """
    after = after.model_copy(update={"assumptions": before.assumptions})
    site = site_of(scenario)
    runs: dict[int, list[Outcome]] = {0: [], 1: []}
    for seed in range(seeds):
        world = scenario.model_copy(update={"seed": scenario.seed + seed})
        for which, calibration in enumerate((before, after)):
            runs[which].append(_outcome(run_scenario(world, calibration=calibration)))
            if progress is not None:
                progress(2 * seed + which + 1, 2 * seeds)
    return Impact(
        before=tuple(runs[0]),
        after=tuple(runs[1]),
        node_cores=largest(site).cores,
        yuan_a_core_h=site.prices.yuan_per_core_h["default"],
        days=scenario.horizon_days,
        classes=_moved(RunTimes(before, site), RunTimes(after, site), before, after),
    )


def _outcome(run: RunFolder) -> Outcome:
    """Asked is what jobs would take if they all ran: limits cut them, waits do not."""
    length = may_run_s(run.jobs)
    return Outcome(
        wait_h=run.summary["mean_wait_s"] / HOUR_S,
        p95_wait_h=run.summary["p95_wait_s"] / HOUR_S,
        core_h=float(numbers(run.jobs, "cores") @ np.nan_to_num(length)) / HOUR_S,
        utilization=run.summary["utilization"],
    )


def _moved(
    old: RunTimes, new: RunTimes, before: Calibration, after: Calibration
) -> dict[str, tuple[float, float, float]]:
    """Classes whose run time changed, with the interval of machines drawn from both."""
    central = _ratios(old, new)
    names = [name for name, ratio in central.items() if abs(ratio - 1) > TOLD]
    if not names:
        return {}
    rng = stream(0, "impact")
    drawn = []
    for _ in range(DRAWS):
        one = draw(before, rng)
        two = draw(after, rng).model_copy(update={"assumptions": one.assumptions})
        drawn.append(_ratios(RunTimes(one, old.site), RunTimes(two, old.site)))
    found = {}
    for name in names:
        low, high = np.percentile([each[name] for each in drawn], [5, 95])
        value = central[name]
        found[name] = (value, min(float(low), value), max(float(high), value))
    return found


def _ratios(old: RunTimes, new: RunTimes) -> dict[str, float]:
    """Run time by class, the second's over the first's, on one node."""
    one = np.ones(1)
    tasks = {k.name: k.matches[0].replace("*", "x") for k in shipped().classes.values()}
    return {
        name: float(new.model(task).factors(one)[0] / old.model(task).factors(one)[0])
        for name, task in tasks.items()
    }
