"""How good predicted quantiles were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .log import Floats

LEVELS = (0.1, 0.5, 0.9)
"""P10, P50, P90."""


@dataclass(frozen=True)
class Score:
    """Figures over predictions: shares, and seconds.

    `coverage`: outcomes within P10 to P90; `below` and `above`: outside; `pinball_s`: mean pinball
    loss over the three quantiles; `width_s`: median width of the interval (sharpness).
    """

    predictions: int
    coverage: float
    below: float
    above: float
    pinball_s: float
    pinball_by_level_s: tuple[float, ...]
    width_s: float


def pinball(actual: Floats, predicted: Floats, level: float) -> Floats:
    """The loss of a predicted quantile: `level` a second too low, 1 - `level` a second too high.

    Source: Koenker, Bassett, "Regression quantiles", Econometrica 46(1), 1978.
    """
    error = actual - predicted
    return np.maximum(level * error, (level - 1) * error)


def losses(actual: float, predicted: Floats) -> Floats:
    """The mean loss of several predictions float64[3, N] of one outcome: float64[N]."""
    error = actual - predicted
    level = np.array(LEVELS)[:, None]
    return np.asarray(np.maximum(level * error, (level - 1) * error).mean(axis=0))


def score(actual: Floats, quantiles: Floats) -> Score:
    """The score of `quantiles` (float64[N, 3], ascending in a row) against outcomes float64[N]."""
    low, _, high = quantiles.T
    below, above = actual < low, actual > high
    by_level = [
        float(np.mean(pinball(actual, quantiles[:, i], level))) for i, level in enumerate(LEVELS)
    ]
    return Score(
        predictions=len(actual),
        coverage=float(np.mean(~below & ~above)),
        below=float(np.mean(below)),
        above=float(np.mean(above)),
        pinball_s=float(np.mean(by_level)),
        pinball_by_level_s=tuple(by_level),
        width_s=float(np.median(high - low)),
    )
