"""Bootstrap over repeats: each point draws its own repeats again, and the curve is fitted anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
RESAMPLES = 200
SEED = 20_240_917
# The middle of three to seven repeats is known to some part of their spread.
LEAST_REPEATS = 3
SIGNIFICANT = 0.01
LEAST_CHANGE = 0.01


@dataclass(frozen=True)
class Point:
    """A measured place: x (sizes, threads, bytes) and the repeats at it, in seconds."""

    x: float
    repeats: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Median of the repeats."""
        return float(np.median(self.repeats))

    @property
    def noise(self) -> float:
        """Relative spread of the repeats: half of the interquartile range over the median."""
        low, high = np.percentile(self.repeats, [25, 75])
        return float(high - low) / (2 * self.middle) if self.middle else 0.0


def middles(points: Sequence[Point]) -> tuple[FloatArray, FloatArray]:
    """x and medians of all points as arrays."""
    return np.array([p.x for p in points]), np.array([p.middle for p in points])


def redraw(
    points: Sequence[Point], fit: Callable[[FloatArray, FloatArray], FloatArray | None]
) -> FloatArray:
    """Parameters of the curve fitted to `RESAMPLES` redrawn data sets, a row each.

    Repeats are redrawn within their point; the residuals of the curve are redrawn between points,
    so that a curve of the wrong form has a wide interval too. Fits that fail leave no row.
    """
    rng = np.random.default_rng(SEED)
    x, y = middles(points)
    first = fit(x, y)
    rows = []
    scatter = _scatter(points)
    for _ in range(RESAMPLES):
        again = np.array([_redrawn(point, rng) for point in points])
        found = fit(x, again * np.exp(rng.standard_normal(len(x)) * scatter))
        if found is not None:
            rows.append(found)
    return np.array(rows) if rows else np.empty((0, 0 if first is None else len(first)))


def untold(points: Sequence[Point]) -> str:
    """Why the points' times cannot be told apart; empty if they can.

    A rank test between points where each was repeated (Kruskal and Wallis), else whether they
    differ at all.
    """
    from scipy.stats import kruskal

    _, y = middles(points)
    change = float(np.ptp(y) / y.min())
    if change < LEAST_CHANGE:
        return f"times differ by {change:.1%} only: a constant has no law"
    if min(len(point.repeats) for point in points) < LEAST_REPEATS:
        return ""
    groups = [point.repeats for point in points]
    p = float(kruskal(*groups).pvalue)
    # Few repeats cannot reach a small p: then they must be as far apart as so few can be.
    apart = [[1e6 * number + each for each in range(len(g))] for number, g in enumerate(groups)]
    if p <= max(SIGNIFICANT, 1.001 * float(kruskal(*apart).pvalue)):
        return ""
    return f"times differ by {change:.1%}, but no more than their repeats do (p = {p:.2g}): noise"


def _redrawn(point: Point, rng: np.random.Generator) -> float:
    return float(np.median(rng.choice(point.repeats, len(point.repeats))))


def _scatter(points: Sequence[Point]) -> FloatArray:
    """What the few repeats of a point may have missed, relative to its median."""
    few = np.array([LEAST_REPEATS / max(len(p.repeats), 1) for p in points])
    noise = np.array([p.noise for p in points])
    typical = float(np.median(noise)) if len(noise) else 0.0
    return np.maximum(noise, typical) * np.sqrt(np.minimum(few, 1.0))
