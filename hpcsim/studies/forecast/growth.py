"""How demand grows: rates a year that somebody names, or that fit a trace's history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hpcsim.errors import InputError, Problem, nearest
from hpcsim.simulation.scenario.model import SUBSYSTEMS
from hpcsim.units import WEEK_S, YEAR_S
from workloads.workload import Workload

from ..statistics import CONFIDENCE
from ..statistics.student import t_quantile

LEAST_WEEKS = 8


@dataclass(frozen=True)
class Growth:
    """A growth by class of demand: path of a scale, and its factor a year; `label` names it."""

    label: str
    by_path: Mapping[str, float]

    def factors(self, years: float) -> dict[str, float]:
        """The factor of each path after so many years."""
        return {path: rate**years for path, rate in self.by_path.items()}


@dataclass(frozen=True)
class Fitted:
    """A yearly factor that a history shows, and the ends of its 95 % interval."""

    name: str
    per_year: float
    low: float
    high: float
    weeks: int


def parse_growths(texts: Sequence[str]) -> list[Growth]:
    """`research=1.2`, or `research=1.1,1.3,1.6` for several futures side by side.

    A subsystem's name stands for the `scale` of its demand; any other path of a number may be
    named. Lists are of one length, and a single rate holds in all futures. InputError with all
    mistakes.
    """
    rates: dict[str, list[float]] = {}
    problems = []
    for text in texts:
        name, _, said = (piece.strip() for piece in text.partition("="))
        path = _path(name)
        try:
            found = [float(rate) for rate in said.split(",")]
            if not found or not all(0 < rate < 100 for rate in found):
                raise ValueError
        except ValueError:
            rule = "factors a year, such as research=1.2"
            problems.append(Problem("not a growth", "--growth", value=text, rule=rule))
            continue
        if path is None:
            hint = nearest(name, list(SUBSYSTEMS))
            problems.append(Problem("no such demand", "--growth", value=name, hint=hint))
        elif path in rates:
            problems.append(Problem("its growth stands there twice", "--growth", value=name))
        else:
            rates[path] = found
    lengths = {len(found) for found in rates.values()} - {1}
    if len(lengths) > 1:
        rule = "lists of one length; a single rate holds in all futures"
        problems.append(Problem("lists of several lengths", "--growth", rule=rule))
    if problems:
        raise InputError(problems)
    many = max(lengths, default=1)
    every = {path: found * many if len(found) == 1 else found for path, found in rates.items()}
    futures = [{path: found[i] for path, found in every.items()} for i in range(many)]
    return [Growth(_label(future), future) for future in futures]


def fitted(workload: Workload, name: str = "all", rows: np.ndarray | None = None) -> Fitted:
    """The yearly factor of the core-hours submitted, from a straight line through log weeks.

    Whole weeks from the first submission, those without jobs left out; the interval takes weeks
    for independent, which they are not quite. InputError for less than eight weeks.
    """
    some = workload if rows is None else workload.select(rows)
    week = ((some.submit_s - float(workload.submit_s.min())) // WEEK_S).astype(np.int64)
    whole = int(workload.span_s() // WEEK_S)
    work = np.bincount(week, some.cores * np.minimum(some.runtime_s, some.limit_s), whole + 1)
    at = np.flatnonzero(work[:whole] > 0)
    if len(at) < LEAST_WEEKS:
        rule = f"a history of at least {LEAST_WEEKS} weeks with jobs"
        value = f"{name}: {len(at)} weeks"
        raise InputError(Problem("growth cannot be fitted", value=value, rule=rule))
    x, y = at - at.mean(), np.log(work[at])
    slope = float(x @ y / (x @ x))
    rest = y - y.mean() - slope * x
    error = math.sqrt(float(rest @ rest) / (len(at) - 2) / float(x @ x))
    half = t_quantile(len(at) - 2, CONFIDENCE) * error
    year = YEAR_S / WEEK_S
    ends = (slope - half, slope, slope + half)
    low, middle, high = (math.exp(min(each * year, 50.0)) for each in ends)
    return Fitted(name, middle, low, high, len(at))


def fitted_by(workload: Workload, column: str) -> list[Fitted]:
    """The growth of each value of a coded column (`queue`, `account`, ...) with history enough."""
    found = []
    codes = getattr(workload, column)
    for code in np.unique(codes[codes >= 0]):
        try:
            name = workload.label(column, int(code))
            found.append(fitted(workload, name, np.flatnonzero(codes == code)))
        except InputError:
            continue
    return found


def _path(name: str) -> str | None:
    if name == "storage":
        return "storage.scale"
    if name in SUBSYSTEMS:
        return f"demand.{name}.scale"
    return name if "." in name else None


def _label(future: Mapping[str, float]) -> str:
    short = {path.removeprefix("demand.").removesuffix(".scale"): r for path, r in future.items()}
    return ", ".join(f"{name} x {rate:g} a year" for name, rate in short.items()) or "no growth"
