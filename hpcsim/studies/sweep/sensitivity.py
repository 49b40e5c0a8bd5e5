"""Which inputs move the answer, and how far each can be believed to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..statistics.student import t_quantile
from .axes import Axis
from .designs import ends, placed

Floats = npt.NDArray[np.float64]
MORRIS_LEVELS = 4


@dataclass(frozen=True)
class Influence:
    """How much one input moves one metric.

    `size` ranks: the absolute standardised coefficient, Morris' mu*, or Sobol's total index; `low`
    and `high` are the ends of its 95 % interval, `more` what the method says beside it.
    """

    path: str
    size: float
    low: float
    high: float
    more: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {"path": self.path, "size": self.size, "interval": [self.low, self.high]} | self.more


def regression(axes: Sequence[Axis], points: Sequence[dict[str, Any]], values: Floats
               ) -> list[Influence]:  # fmt: skip
    """Standardised regression coefficients, the largest first, with the fit's R squared.

    Saltelli, Chan and Scott, "Sensitivity Analysis", 2000, ch. 2: with R squared near 1 the squared
    coefficients of independent inputs share out the variance; where it is low, they say little.
    Inputs that are no numbers, or that do not vary, are left out.
    """
    used = [axis for axis in axes if len({_number(p[axis.path]) for p in points}) > 1
            and not any(math.isnan(_number(p[axis.path])) for p in points)]  # fmt: skip
    known = np.isfinite(values)
    x = np.array([[_number(p[axis.path]) for axis in used] for p in points])[known]
    y = values[known]
    free = len(y) - len(used) - 1
    if not used or free < 1 or float(np.ptp(y)) == 0.0:
        return []
    z = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / x.std(axis=0)])
    scaled = (y - y.mean()) / y.std()
    coefficients, *_ = np.linalg.lstsq(z, scaled, rcond=None)
    rest = scaled - z @ coefficients
    error = np.sqrt(np.diag(np.linalg.pinv(z.T @ z)) * float(rest @ rest) / free)
    fit = 1 - float(rest @ rest) / len(y)
    found = []
    for axis, size, spread in zip(used, coefficients[1:], error[1:], strict=True):
        half = t_quantile(free) * float(spread)
        more = {"coefficient": float(size), "r_squared": fit}
        found.append(Influence(axis.path, abs(float(size)), abs(float(size)) - half,
                               abs(float(size)) + half, more))  # fmt: skip
    return ranked(found)


def morris_points(axes: Sequence[Axis], trajectories: int, seed: int) -> tuple[Any, list[dict]]:
    """Morris' one-at-a-time trajectories (Technometrics 33(2), 1991), by SALib."""
    from SALib.sample import morris

    unit = morris.sample(_problem(axes), trajectories, num_levels=MORRIS_LEVELS, seed=seed)
    return unit, placed(axes, unit)


def morris(axes: Sequence[Axis], unit: Any, values: Floats, seed: int) -> list[Influence]:
    """mu* (the mean size of an input's elementary effects) and sigma (how much they vary)."""
    from SALib.analyze import morris as analysis

    found = analysis.analyze(
        _problem(axes), unit, values, num_levels=MORRIS_LEVELS, seed=seed, print_to_console=False
    )
    return ranked(
        [
            Influence(axis.path, float(size), float(size - half), float(size + half),
                      {"mu": float(mu), "sigma": float(sigma)})
            for axis, size, half, mu, sigma in zip(
                axes, found["mu_star"], found["mu_star_conf"], found["mu"], found["sigma"],
                strict=True,
            )
        ]
    )  # fmt: skip


def sobol_points(axes: Sequence[Axis], base: int, seed: int) -> list[dict[str, Any]]:
    """Saltelli's points for first-order and total indices: base x (axes + 2) of them."""
    from SALib.sample import sobol

    return placed(axes, sobol.sample(_problem(axes), base, calc_second_order=False, seed=seed))


def sobol(axes: Sequence[Axis], values: Floats, seed: int) -> list[Influence]:
    """Total indices (the share of variance that an input has a part in) and first-order ones."""
    from SALib.analyze import sobol as analysis

    found = analysis.analyze(
        _problem(axes), values, calc_second_order=False, seed=seed, print_to_console=False
    )
    return ranked(
        [
            Influence(axis.path, float(total), float(total - half), float(total + half),
                      {"first_order": float(first)})
            for axis, total, half, first in zip(
                axes, found["ST"], found["ST_conf"], found["S1"], strict=True
            )
        ]
    )  # fmt: skip


def ranked(found: Sequence[Influence]) -> list[Influence]:
    """The largest first; equal ones in the order of their paths."""
    return sorted(found, key=lambda each: (-each.size, each.path))


def _problem(axes: Sequence[Axis]) -> dict[str, Any]:
    ends(axes)
    return {
        "num_vars": len(axes),
        "names": [axis.path for axis in axes],
        "bounds": [[0.0, 1.0]] * len(axes),
    }


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else math.nan
