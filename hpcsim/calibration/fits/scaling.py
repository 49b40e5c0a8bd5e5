"""Speedup over threads or ranks: Amdahl's law, and Gunther's universal law where data carry it.

Amdahl: S(p) = 1 / (s + (1 - s) / p). Universal: S(p) = p / (1 + a (p - 1) + b p (p - 1)), where a
is contention and b the cost of keeping copies alike (Gunther, "Guerrilla Capacity Planning").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..estimate import Estimate, from_draws
from .resample import FloatArray, Point, middles, redraw, untold
from .verdict import Fit, refused

LEAST_AMDAHL, LEAST_UNIVERSAL = 3, 5
TINY = 1e-6
# A parameter whose interval spans more than this factor says nothing.
IDENTIFIED = 100.0
# What two widths alone leave open: the serial share may be anything up to this multiple.
UNKNOWN_FACTOR = 3.0


def scaling(points: Sequence[Point], what: str) -> Fit:
    """The law that the points carry: x are threads or ranks, repeats seconds for equal work.

    Two widths determine Amdahl's share without anything left to check it, so that it is widened;
    one width, or times that do not tell widths apart, are refused.
    """
    points = sorted(points, key=lambda point: point.x)
    widths = {point.x for point in points}
    if len(widths) < 2:
        return refused("amdahl", what, "one width says nothing of scaling", len(points))
    if reason := untold(points):
        return refused("amdahl", what, reason, len(points))
    if len(widths) >= LEAST_UNIVERSAL:
        fit = _universal(points, what).judged()
        if fit.status == "ok":
            return fit
    return _amdahl(points, what, len(widths)).judged()


def speedup(fit: Fit, width: float) -> float:
    """S(p) of a usable fit, central values."""
    values = {name: found.value for name, found in fit.parameters.items()}
    if fit.model == "universal":
        a, b = values["contention"], values["coherence"]
        return width / (1 + a * (width - 1) + b * width * (width - 1))
    s = values["serial_share"]
    return 1 / (s + (1 - s) / width)


def _amdahl(points: Sequence[Point], what: str, widths: int) -> Fit:
    draws = redraw(points, _solve_amdahl)
    x, y = middles(points)
    found = _solve_amdahl(x, y)
    assert found is not None
    share = from_draws(float(found[1]), draws[:, 1], "1", "measured")
    status, reason = "ok", ""
    if widths < LEAST_AMDAHL:
        status = "widened"
        reason = "two widths fit any law exactly; the serial share is widened by a factor of 3"
        share = Estimate(
            value=share.value,
            low=max(TINY, share.low / UNKNOWN_FACTOR),
            high=min(1.0, share.high * UNKNOWN_FACTOR),
            unit="1",
            basis="measured",
            note=reason,
        )
    model = found[0] * (found[1] + (1 - found[1]) / x)
    return Fit(
        model="amdahl",
        what=what,
        status=status,  # type: ignore[arg-type]
        reason=reason,
        points=len(points),
        low_x=float(x.min()),
        high_x=float(x.max()),
        rms=_rms(model, y),
        parameters={"serial_share": share},
    )


def _solve_amdahl(x: FloatArray, y: FloatArray) -> FloatArray | None:
    """(seconds on one, serial share): the times are linear in 1/p, non-negative parts."""
    from scipy.optimize import nnls

    design = np.stack([np.ones_like(x), 1 / x], axis=1) / y[:, None]
    (serial, parallel), _ = nnls(design, np.ones_like(y))
    whole = serial + parallel
    return np.array([whole, min(max(serial / whole, TINY), 1.0)]) if whole > 0 else None


def _universal(points: Sequence[Point], what: str) -> Fit:
    draws = redraw(points, _solve_universal)
    x, y = middles(points)
    found = _solve_universal(x, y)
    if found is None or len(draws) < 10:
        return refused("universal", what, "the law did not converge", len(points))
    names = ("contention", "coherence")
    parameters = {
        name: from_draws(float(found[i + 1]), draws[:, i + 1], "1", "measured")
        for i, name in enumerate(names)
    }
    loose = [n for n, e in parameters.items() if e.high / e.low > IDENTIFIED]
    if loose:
        reason = f"the points do not determine {', '.join(loose)}"
        return refused("universal", what, reason, len(points))
    a, b = found[1], found[2]
    model = found[0] * (1 + a * (x - 1) + b * x * (x - 1)) / x
    return Fit(
        model="universal",
        what=what,
        status="ok",
        points=len(points),
        low_x=float(x.min()),
        high_x=float(x.max()),
        rms=_rms(model, y),
        parameters=parameters,
    )


def _solve_universal(x: FloatArray, y: FloatArray) -> FloatArray | None:
    """p T(p) is linear in 1, p - 1 and p (p - 1)."""
    from scipy.optimize import nnls

    design = np.stack([1 / x, (x - 1) / x, x - 1], axis=1) / y[:, None]
    (one, contention, coherence), _ = nnls(design, np.ones_like(y))
    if one <= 0:
        return None
    return np.array([one, max(contention / one, TINY), max(coherence / one, TINY**2)])


def _rms(model: FloatArray, y: FloatArray) -> float:
    return float(np.sqrt(np.mean((model / y - 1) ** 2)))
