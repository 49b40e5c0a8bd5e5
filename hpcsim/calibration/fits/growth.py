"""Time over the size of the work: t = overhead + seconds a unit, and what it says of a larger size.

No power of the size is fitted: the exact work of a kernel is known, and a fitted exponent on a few
small sizes is what makes extrapolations go wrong by factors (2 % of noise made errors of 5 x).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..estimate import Estimate
from .resample import FloatArray, Point, middles, redraw
from .verdict import Fit, refused

LEAST_SIZES = 3
# Each doubling beyond what was measured may meet another cache, page size or code path.
DOUBLING = 0.06


@dataclass(frozen=True)
class Growth:
    """The fit, and redrawn (overhead, seconds a unit) to predict with."""

    fit: Fit
    draws: FloatArray

    def predict(self, work: float) -> Estimate | None:
        """Seconds for `work` units with a 90 % interval; None of a refused fit.

        Beyond the measured range the interval grows with every doubling.
        """
        if not self.fit.usable:
            return None
        found = self.fit.parameters
        value = found["overhead"].value + work * found["each"].value
        low, high = np.percentile(self.draws[:, 0] + work * self.draws[:, 1], [5, 95])
        beyond = max(0.0, float(np.log2(work / self.fit.high_x)))
        wide = float(np.exp(1.645 * np.hypot(DOUBLING * beyond, self.fit.rms)))
        note = "" if not beyond else f"extrapolated over {beyond:.1f} doublings"
        return Estimate(
            value=value,
            low=min(float(low), value) / wide,
            high=max(float(high), value) * wide,
            unit="s",
            basis="derived",
            note=note,
        )


def growth(points: Sequence[Point], what: str) -> Growth:
    """Linear growth in the exact work; x are units of work, repeats seconds."""
    points = sorted(points, key=lambda point: point.x)
    x, y = middles(points)
    nothing = np.empty((0, 2))
    if len(set(x.tolist())) < LEAST_SIZES:
        reason = f"{len(set(x.tolist()))} sizes; overhead, slope and a check need {LEAST_SIZES}"
        return Growth(refused("growth", what, reason, len(points)), nothing)
    noise = max(point.noise for point in points)
    if np.ptp(y) / y.min() < noise:
        reason = f"times do not grow with the work beyond their noise of {noise:.1%}"
        return Growth(refused("growth", what, reason, len(points)), nothing)
    line = _solve(x, y)
    draws = redraw(points, _solve)
    rms = float(np.sqrt(np.mean(((line[0] + line[1] * x) / y - 1) ** 2)))
    fit = Fit(
        model="growth",
        what=what,
        status="ok",
        points=len(points),
        low_x=float(x.min()),
        high_x=float(x.max()),
        rms=rms,
        parameters={
            "overhead": _told(line[0], draws[:, 0]),
            "each": _told(line[1], draws[:, 1]),
        },
    )
    return Growth(fit, draws)


def _told(value: float, draws: FloatArray) -> Estimate:
    low, high = np.percentile(draws, [5, 95])
    value = max(float(value), 1e-15)
    return Estimate(
        value=value, low=min(max(float(low), 1e-15), value), high=max(float(high), value),
        unit="s", basis="measured",
    )  # fmt: skip


def _solve(x: FloatArray, y: FloatArray) -> FloatArray:
    from scipy.optimize import nnls

    design = np.stack([np.ones_like(x), x], axis=1) / y[:, None]
    found, _ = nnls(design, np.ones_like(y))
    return np.array(found)
