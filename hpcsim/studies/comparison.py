"""Scenarios side by side: the same chances for all, differences with intervals, a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .statistics.paired import Difference, corrected, differences
from .study.study import Changes, Study

DEFAULT_METRICS = (
    "mean_wait_s", "p95_wait_s", "p99_wait_s", "mean_bounded_slowdown", "utilization",
    "p95_wait_s[class=clinical]", "research.income_yuan", "sequencing.samples_delivered_per_day",
)  # fmt: skip
_WORDS = {
    "mean_wait_s": "waits {less} on average",
    "p95_wait_s": "has a 95th percentile of the wait that is {lower}",
    "p99_wait_s": "has a 99th percentile of the wait that is {lower}",
    "mean_bounded_slowdown": "has a mean bounded slowdown that is {lower}",
}


@dataclass(frozen=True)
class Variant:
    """One of those that are compared: how it is called and what is changed for it."""

    label: str
    changes: Changes


@dataclass(frozen=True)
class Comparison:
    """One variant against the first, by metric."""

    first: str
    second: str
    by_metric: Mapping[str, Difference]

    @property
    def verdict(self) -> str:
        """The differences in words, one sentence."""
        clear = [
            _sentence(name, each)
            for name, each in self.by_metric.items()
            if each.is_distinguishable
        ]
        same = [n for n, each in self.by_metric.items() if _is_the_same(each)]
        unclear = [
            name
            for name, each in self.by_metric.items()
            if not each.is_distinguishable and name not in same
        ]
        if len(clear) > 1:  # what an interval is need not be said twice
            share = f"{100 * next(iter(self.by_metric.values())).confidence:g} % interval "
            clear = [clear[0], *(text.replace(share, "") for text in clear[1:])]
        parts = [f"{self.second} {'; '.join(clear)}"] if clear else []
        if unclear:
            be = "is" if len(unclear) == 1 else "are"
            parts.append(
                f"{', '.join(unclear)} {be} not distinguishable from those of {self.first}"
            )
        if same:
            be = "is" if len(same) == 1 else "are"
            parts.append(f"{', '.join(same)} {be} the same")
        if not parts:
            return f"{self.second} cannot be told from {self.first}."
        return ("" if clear else f"{self.second}: ") + "; ".join(parts) + "."

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "first": self.first,
            "second": self.second,
            "verdict": self.verdict,
            "metrics": {name: _plain(each) for name, each in self.by_metric.items()},
        }


def compare(
    study: Study, variants: Sequence[Variant], runs: int, metrics: Sequence[str] = ()
) -> list[Comparison]:
    """Every variant against the first, over `runs` replications that meet the same chances.

    `metrics` are compared beside DEFAULT_METRICS, so far as the runs have them; all of them, of
    all variants, are one family of tests.
    """
    study.run([variant.changes for variant in variants], range(runs))
    names = dict.fromkeys((*metrics, *DEFAULT_METRICS))
    values = [
        {name: study.values(name, variant.changes, runs) for name in names} for variant in variants
    ]
    known = [n for n in names if all((~_missing(each[n])).sum() > 1 for each in values)]
    of = [{name: each[name] for name in known} for each in values]
    found = corrected([differences(of[0], other) for other in of[1:]])
    return [
        Comparison(variants[0].label, variant.label, each)
        for variant, each in zip(variants[1:], found, strict=True)
    ]


def labelled(points: Sequence[Changes]) -> list[Variant]:
    """Points by what tells them apart; the point without changes is called `as is`."""
    names = []
    for point in points:
        telling = [k for k in point if len({str(other.get(k)) for other in points}) > 1]
        said = [
            str(point[k]) if k in ("scenario", "policy") else f"{k}={point[k]}" for k in telling
        ]
        names.append(", ".join(said) or "as is")
    return [
        Variant(name if names.count(name) == 1 else f"{name} ({place})", point)
        for place, (name, point) in enumerate(zip(names, points, strict=True), start=1)
    ]


def _missing(values: Any) -> Any:
    import numpy as np

    return ~np.isfinite(values)


def _is_the_same(of: Difference) -> bool:
    return of.difference.mean == 0.0 and of.difference.half_width == 0.0


def _sentence(name: str, of: Difference) -> str:
    """`waits 21 % less on average (95 % interval 17 to 25 %)`."""
    down = of.difference.mean < 0
    words = _WORDS.get(name, f"has a {name} that is {{lower}}")
    relative = of.relative
    if math.isfinite(relative.half_width):
        low, high = sorted((100 * abs(relative.low), 100 * abs(relative.high)))
        if relative.low * relative.high < 0:
            low = -low
        much = f"{100 * abs(relative.mean):.3g} %"
        interval = f"{low:.3g} to {high:.3g} %"
    else:
        much = f"{abs(of.difference.mean):.3g}"
        interval = " to ".join(f"{abs(v):.3g}" for v in (of.difference.low, of.difference.high))
    said = words.format(
        less=f"{much} {'less' if down else 'longer'}",
        lower=f"{much} {'lower' if down else 'higher'}",
    )
    return f"{said} ({100 * of.confidence:g} % interval {interval})"


def _plain(of: Difference) -> dict[str, Any]:
    return {
        "first": of.first,
        "second": of.second,
        "difference": of.difference.as_dict(),
        "relative": of.relative.as_dict(),
        "p_value": of.p_value,
        "p_value_corrected": of.adjusted,
        "distinguishable": of.is_distinguishable,
        "runs_unpaired_factor": of.runs_unpaired,
    }
