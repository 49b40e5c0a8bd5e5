"""Time over the size of the work: t = overhead + seconds a unit, and what it says of a larger size.

Blocked dense algorithms have a further part that grows as their surface, work^(2/3).

No power of the size is fitted: the exact work of a kernel is known, and a fitted exponent on a few
small sizes is what makes extrapolations go wrong by factors (2 % of noise made errors of 5 x).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ..estimate import Estimate, Z
from .resample import FloatArray, Point, middles, redraw, untold
from .verdict import Fit, refused

LEAST_SIZES = 3
SURFACE = 2 / 3
# Each doubling beyond what was measured may meet another page size or code path; one beyond the
# caches of the core itself also what neighbours leave of the shared ones, and more of the pages.
DOUBLING, SHARED_DOUBLING = 0.06, 0.20


@dataclass(frozen=True)
class Growth:
    """The fit, its (overhead, a unit, a unit of surface) in seconds, and the same redrawn."""

    fit: Fit
    line: FloatArray
    draws: FloatArray

    def at(self, work: float) -> float:
        """Seconds of the line for `work` units."""
        return max(float(_terms(work) @ self.line), 1e-15)

    def predict(self, work: float, doubling: float = DOUBLING) -> Estimate | None:
        """Seconds for `work` units with a 90 % interval; None of a refused fit.

        Beyond the measured range the interval grows with every doubling.
        """
        if not self.fit.usable:
            return None
        terms, value = _terms(work), self.at(work)
        low, high = np.percentile(self.draws @ terms, [5, 95])
        beyond = max(0.0, float(np.log2(work / self.fit.high_x)))
        wide = float(np.exp(np.hypot(Z * doubling * beyond, self._misfit())))
        note = "" if not beyond else f"extrapolated over {beyond:.1f} doublings"
        return Estimate(
            value=value,
            low=max(min(float(low), value), 1e-15) / wide,
            high=max(float(high), value) * wide,
            unit="s",
            basis="derived",
            note=note,
        )

    def _misfit(self) -> float:
        """What a further point may lie off the line, in nine of ten cases, as a logarithm.

        A line through few points leaves little over to tell its error by: Student's t for what
        is left, of the points less the terms that are in use.
        """
        left = max(self.fit.points - int(np.count_nonzero(self.line)), 1)
        scatter = self.fit.rms * np.sqrt(self.fit.points / left)
        return float(stdtrit(left, 0.95) * scatter)


def _terms(work: float) -> FloatArray:
    return np.array([1.0, work, work**SURFACE])


def growth(points: Sequence[Point], what: str, *, surface: bool = False) -> Growth:
    """Linear growth in the exact work, with a surface where asked for.

    x are units of work, repeats seconds.
    """
    points = sorted(points, key=lambda point: point.x)
    x, y = middles(points)
    nothing = np.empty((0, 3))
    if len(set(x.tolist())) < LEAST_SIZES:
        reason = f"{len(set(x.tolist()))} sizes; overhead, slope and a check need {LEAST_SIZES}"
        return Growth(refused("growth", what, reason, len(points)), nothing[:0], nothing)
    if reason := untold(points):
        return Growth(refused("growth", what, reason, len(points)), nothing[:0], nothing)
    solve = _solve_surface if surface else _solve
    line = solve(x, y)
    draws = redraw(points, solve)
    model = line[0] + line[1] * x + line[2] * x**SURFACE
    rms = float(np.sqrt(np.mean((model / y - 1) ** 2)))
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
    return Growth(fit, line, draws)


def _told(value: float, draws: FloatArray) -> Estimate:
    low, high = np.percentile(draws, [5, 95])
    value = max(float(value), 1e-15)
    return Estimate(
        value=value, low=min(max(float(low), 1e-15), value), high=max(float(high), value),
        unit="s", basis="measured",
    )  # fmt: skip


def _solve(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.append(_least([np.ones_like(x), x], y), 0.0)


def _solve_surface(x: FloatArray, y: FloatArray) -> FloatArray:
    return _least([np.ones_like(x), x, x**SURFACE], y)


def _least(terms: Sequence[FloatArray], y: FloatArray) -> FloatArray:
    """Non-negative coefficients with the least relative error."""
    from scipy.optimize import nnls

    found, _ = nnls(np.stack(terms, axis=1) / y[:, None], np.ones_like(y))
    return np.array(found)
