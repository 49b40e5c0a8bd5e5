"""One subject, many futures: every figure as a mean with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpcsim import words
from hpcsim.errors import InputError, Problem

from .statistics import CONFIDENCE, Estimate
from .statistics.bootstrap import percentile_over
from .statistics.student import mean_over, runs_needed
from .study.metric import Tightness
from .study.study import AS_IS, Changes, Study

FIRST_RUNS = 10
MOST_RUNS = 2000
_GROWTH = 2.0  # a first guess from few runs may be far too high


@dataclass(frozen=True)
class Spread:
    """A figure over the runs: its mean, and between what its middle 90 % lie."""

    mean: Estimate
    low: Estimate
    high: Estimate

    def as_dict(self) -> dict[str, object]:
        """For programs; the spread of single runs is not the interval of their mean."""
        found = self.mean.as_dict()
        for name, each in (("p05_of_runs", self.low), ("p95_of_runs", self.high)):
            if each.runs:
                found[name] = each.mean
                found[f"{name}_interval"] = [each.low, each.high]
        return found


def replicate(study: Study, runs: int) -> dict[str, Spread]:
    """Every figure over so many independent replications.

    One run alone says what it can of itself by batch means.
    """
    if not 1 <= runs <= MOST_RUNS:
        rule = f"a whole number from 1 to {MOST_RUNS:,}"
        raise InputError(Problem("no such number of runs", "--runs", value=str(runs), rule=rule))
    study.run([AS_IS], range(runs), alone=runs == 1)
    return spreads(study, AS_IS, runs)


def replicate_until(
    study: Study, wanted: Sequence[Tightness], most: int = MOST_RUNS
) -> dict[str, Spread]:
    """Replications until the interval of each metric is as narrow as wanted, or `most` are made.

    How many are made next follows from the runs that there are alone, so that it is the same on
    any number of workers. That the same runs decide when to stop makes the interval err a little
    more often than it says; ten runs at least keep that below what can be seen (Law, 9.4.2).
    """
    runs = FIRST_RUNS
    while True:
        study.run([AS_IS], range(runs))
        more = max(_needed(study, each, runs) for each in wanted)
        if more <= runs or runs >= most:
            return spreads(study, AS_IS, runs)
        runs = min(most, more, math.ceil(_GROWTH * runs))


def spreads(study: Study, changes: Changes, runs: int) -> dict[str, Spread]:
    """Every figure of a point over its replications."""
    results = study.results(changes)
    if runs == 1 and len(results) == 1 and results[0].intervals:
        return {
            name: _of_one(value, results[0].intervals.get(name))
            for name, value in results[0].figures.items()
        }
    names = dict.fromkeys(name for result in results for name in result.figures)
    return {
        name: over(np.array([result.figures.get(name, math.nan) for result in results]))
        for name in names
    }


def over(values: np.ndarray, confidence: float = CONFIDENCE) -> Spread:
    """One figure over independent runs."""
    return Spread(
        mean_over(values, confidence),
        percentile_over(values, 0.05, confidence),
        percentile_over(values, 0.95, confidence),
    )


def sentence(found: dict[str, Spread]) -> str:
    """The wait of jobs in one sentence, with its interval."""
    said = []
    for name, what in (
        ("mean_wait_s", "wait {} on average"),
        ("p95_wait_s", "19 in 20 of them less than {}"),
    ):
        if name in found:
            each = found[name].mean
            said.append(
                what.format(
                    words.figure(name, each.mean)
                    if math.isnan(each.low)
                    else words.estimate(name, each.mean, each.low, each.high)
                )
            )
    runs = max((each.mean.runs for each in found.values()), default=0)
    return f"Over {runs} futures jobs {', '.join(said)}; in brackets the 95 % intervals."


def as_dict(found: dict[str, Spread]) -> dict[str, Any]:
    """Figures for programs."""
    return {name: spread.as_dict() for name, spread in found.items()}


def _needed(study: Study, wanted: Tightness, runs: int) -> int:
    values = study.values(wanted.metric, runs=runs)
    known = values[np.isfinite(values)]
    if known.size < 2:
        raise InputError(Problem(f"{wanted.metric} has no value in enough runs to tell its spread"))
    estimate = mean_over(known)
    size = abs(estimate.mean) * wanted.half_width if wanted.relative else wanted.half_width
    if estimate.half_width <= size:
        return runs
    if size == 0:
        rule = "ask for an absolute width, as in mean_wait_s<1"
        raise InputError(Problem(f"{wanted.metric} is 0 on average: no part of it", rule=rule))
    return max(runs + 1, runs_needed(known, size))


def _of_one(value: float, interval: tuple[float, float] | None) -> Spread:
    low, high = interval or (math.nan, math.nan)
    nothing = Estimate(math.nan, math.nan, math.nan, 0)
    return Spread(Estimate(value, low, high, 1), nothing, nothing)
