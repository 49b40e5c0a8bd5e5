"""How unsure a figure of a scenario is, and from what: demand, failures, or the calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpcsim.calibration import Calibration, draw
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.rng import stream
from hpcsim.simulation.scenario import Scenario

from .centre import run_scenario

Progress = Callable[[int, int], None]
SOURCES = ("demand", "failures", "calibration")
LEAST_RUNS = 3
LOW, HIGH = 5, 95


@dataclass(frozen=True)
class Source:
    """What one source alone does to the figure: its values (runs,) about the centre."""

    name: str
    values: np.ndarray

    @property
    def deviation(self) -> float:
        """Standard deviation of the runs."""
        return float(np.std(self.values, ddof=1))

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the middle 90 % of the runs lie; of few runs nearly all of them."""
        low, high = np.percentile(self.values, [LOW, HIGH])
        return float(low), float(high)


@dataclass(frozen=True)
class Uncertainty:
    """A figure's central value and what each source makes of it."""

    figure: str
    value: float
    runs: int
    sources: Sequence[Source]

    def shares(self) -> dict[str, float]:
        """Each source's part of the variance, as if they were independent."""
        squares = {source.name: source.deviation**2 for source in self.sources}
        whole = sum(squares.values())
        return {name: square / whole if whole else 0.0 for name, square in squares.items()}

    def data(self) -> dict[str, Any]:
        """For programs."""
        shares = self.shares()
        return {
            "figure": self.figure,
            "value": self.value,
            "runs_of_each": self.runs,
            "sources": {
                source.name: {
                    "deviation": source.deviation,
                    "low": source.interval[0],
                    "high": source.interval[1],
                    "share_of_variance": shares[source.name],
                }
                for source in self.sources
            },
        }

    def rows(self) -> list[tuple[str, str]]:
        """For people."""
        shares = self.shares()
        rows = [(f"{self.figure}, central", f"{self.value:,.4g}")]
        for source in self.sources:
            low, high = source.interval
            told = f"{low:,.4g} .. {high:,.4g}, {shares[source.name]:.0%} of the variance"
            rows.append((source.name, told))
        return rows


def uncertainty(
    calibration: Calibration,
    scenario: Scenario,
    *,
    figure: str = "mean_wait_s",
    runs: int = 8,
    progress: Progress | None = None,
) -> Uncertainty:
    """A figure of the summary under `runs` demands, failures and drawn calibrations each.

    Demand varies with the seed while nothing breaks. Failures are what each seed's own add to its
    demand. The calibration is drawn from its intervals while the seed stays. Raises InputError for
    a figure that a run does not have, or for fewer than three runs.
    """
    if runs < LEAST_RUNS:
        raise InputError(
            Problem("too few runs to tell a spread", value=str(runs), rule=f"at least {LEAST_RUNS}")
        )
    done = 0

    def one(seed: int, with_failures: bool, found: Calibration) -> float:
        nonlocal done
        failures = scenario.failures.model_copy(update={"enabled": with_failures})
        world = scenario.model_copy(update={"seed": seed, "failures": failures})
        value = _figure(run_scenario(world, calibration=found).summary, figure)
        done += 1
        if progress is not None:
            progress(done, 3 * runs + 1)
        return value

    rng = stream(scenario.seed, "calibration")
    on = scenario.failures.enabled
    central = one(scenario.seed, on, calibration)
    seeds = range(scenario.seed, scenario.seed + runs)
    calm = np.array([one(seed, False, calibration) for seed in seeds])
    broken = np.array([one(seed, True, calibration) for seed in seeds]) if on else calm
    drawn = np.array([one(scenario.seed, on, draw(calibration, rng)) for _ in range(runs)])
    return Uncertainty(
        figure,
        central,
        runs,
        (
            Source("demand", calm),
            Source("failures", central + (broken - calm) - float(np.mean(broken - calm))),
            Source("calibration", drawn),
        ),
    )


def _figure(summary: dict[str, Any] | Any, name: str) -> float:
    value = summary.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        known = [key for key, each in summary.items() if isinstance(each, int | float)]
        raise InputError(Problem("no such figure of a run", value=name, hint=nearest(name, known)))
    return float(value)
