"""Whether users fared alike."""

from __future__ import annotations

import numpy as np

from .distribution import quantile
from .kinds import Floats, Ints


def jain_index(values: Floats) -> float:
    """(sum x)^2 / (n sum x^2): 1 if all fare alike, 1/n if one alone gets everything.

    Jain, Chiu and Hawe, "A quantitative measure of fairness and discrimination for resource
    allocation in shared computer systems", DEC TR-301, 1984. NaN of nothing.
    """
    squares = float(np.dot(values, values))
    if not squares > 0:
        return float("nan")
    return float(values.sum()) ** 2 / (values.size * squares)


def means_by(group: Ints, values: Floats) -> Floats:
    """The mean of `values` in each group that has any (codes from 0; one a value)."""
    counts = np.bincount(group)
    sums = np.bincount(group, weights=values)
    return sums[counts > 0] / counts[counts > 0]


def fairness_figures(user: Ints, slowdowns: Floats) -> dict[str, float]:
    """Jain's index and the spread over users of their mean bounded slowdown.

    `user` is a code from 0 for each value of `slowdowns`. The spread is the standard deviation
    over users, and the percentiles 10 and 90 and the maximum of their means.
    """
    means = means_by(user, slowdowns)
    ordered = np.sort(means)
    return {
        "users": float(means.size),
        "jain_fairness": jain_index(means),
        "user_bounded_slowdown_std": float(means.std()) if means.size else float("nan"),
        "user_bounded_slowdown_p10": quantile(ordered, 0.1),
        "user_bounded_slowdown_p90": quantile(ordered, 0.9),
        "user_bounded_slowdown_max": quantile(ordered, 1.0),
    }
