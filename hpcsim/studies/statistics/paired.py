"""Two worlds that met the same chances: differences with intervals, many at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .estimate import CONFIDENCE, Estimate
from .student import mean_over

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """How much the second world's figure differs from the first's.

    `relative` is the same as a part of the first's mean (NaN ends where that is nothing).
    `p_value` is that of no difference; `adjusted` the same among all that were asked, by Holm's
    rule; `unpaired_half_width` what independent seeds would have given with as many runs.
    """

    first: float
    second: float
    difference: Estimate
    relative: Estimate
    p_value: float
    adjusted: float
    unpaired_half_width: float
    confidence: float = CONFIDENCE

    @property
    def is_distinguishable(self) -> bool:
        """Whether the difference would rarely be seen if there were none."""
        return self.adjusted < 1 - self.confidence

    @property
    def runs_unpaired(self) -> float:
        """How many times as many runs unpaired seeds would need for an interval as tight."""
        own = self.difference.half_width
        return (self.unpaired_half_width / own) ** 2 if own > 0 else math.inf


def differences(
    first: Mapping[str, Floats], second: Mapping[str, Floats], confidence: float = CONFIDENCE
) -> dict[str, Difference]:
    """The paired difference of each figure; replication i of both met the same random numbers.

    The p-values are corrected together: Holm, "A simple sequentially rejective multiple test
    procedure", Scandinavian Journal of Statistics 6(2), 1979.
    """
    found = {name: _one(values, second[name], confidence) for name, values in first.items()}
    adjusted = holm([each.p_value for each in found.values()])
    return {name: _with(each, p) for (name, each), p in zip(found.items(), adjusted, strict=True)}


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted so that together they err no more often than one would."""
    order = np.argsort(p_values)
    adjusted = [1.0] * len(p_values)
    most = 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = most
    return adjusted


def corrected(many: Sequence[Mapping[str, Difference]]) -> list[dict[str, Difference]]:
    """Several comparisons, as one family of tests."""
    every = [each.p_value for differences in many for each in differences.values()]
    adjusted = iter(holm(every))
    return [
        {name: _with(each, next(adjusted)) for name, each in differences.items()}
        for differences in many
    ]


def _with(difference: Difference, adjusted: float) -> Difference:
    from dataclasses import replace

    return replace(difference, adjusted=adjusted)


def _one(first: Floats, second: Floats, confidence: float) -> Difference:
    both = np.isfinite(first) & np.isfinite(second)
    a, b = first[both], second[both]
    difference = mean_over(b - a, confidence)
    mean = float(a.mean()) if a.size else math.nan
    scale = abs(mean) if mean else math.nan
    relative = Estimate(
        difference.mean / scale, difference.low / scale, difference.high / scale, difference.runs
    )
    spread = np.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1)) if a.size > 1 else math.nan
    own = float(np.std(b - a, ddof=1)) if a.size > 1 else math.nan
    reach = difference.half_width
    unpaired = reach * float(spread) / own if own > 0 else reach
    p_value = _p_value(b - a)
    return Difference(
        mean,
        float(b.mean()) if b.size else math.nan,
        difference,
        relative,
        p_value,
        p_value,
        unpaired,
        confidence,
    )


def _p_value(changes: Floats) -> float:
    """Of the two-sided t test that the mean change is nothing."""
    if changes.size < 2:
        return 1.0
    error = float(changes.std(ddof=1)) / math.sqrt(changes.size)
    if error == 0.0:
        return 1.0 if not changes.any() else 0.0
    from scipy.special import stdtr

    return float(2 * stdtr(changes.size - 1, -abs(float(changes.mean())) / error))
