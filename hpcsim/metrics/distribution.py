"""What a set of values looks like: mean and percentiles, from one sort."""

from __future__ import annotations

import numpy as np

from .kinds import Floats

PERCENTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


def mean(values: Floats) -> float:
    """The arithmetic mean; NaN of nothing."""
    return float(values.mean()) if values.size else float("nan")


def quantile(ordered: Floats, share: float) -> float:
    """The `share` quantile (0..1) of values in ascending order; NaN of nothing.

    Interpolates linearly between the two nearest ranks (Hyndman and Fan 1996, type 7), as numpy
    and R do unless told otherwise.
    """
    if not ordered.size:
        return float("nan")
    rank = share * (ordered.size - 1)
    low = int(rank)
    high = min(low + 1, ordered.size - 1)
    return float(ordered[low] + (rank - low) * (ordered[high] - ordered[low]))


def described(values: Floats, name: str) -> dict[str, float]:
    """`mean_<name>`, `median_<name>`, `p90_`, `p95_`, `p99_` and `max_<name>` of `values`."""
    ordered = np.sort(values)
    figures = {f"mean_{name}": mean(values)}
    figures.update((f"{key}_{name}", quantile(ordered, p)) for key, p in PERCENTILES.items())
    return figures
