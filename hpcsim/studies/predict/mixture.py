"""Simulated waits mixed with waits of the past."""

from __future__ import annotations

import numpy as np

from .log import Floats

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of past waits among the futures."""


def mixtures(futures: Floats, waits: Floats) -> Floats:
    """For each of SHARES, F ascending waits: float64[5, F]; the futures alone without a past."""
    count = len(futures)
    ordered = np.sort(futures)
    if not len(waits):
        return np.tile(ordered, (len(SHARES), 1))
    found = np.empty((len(SHARES), count))
    for i, share in enumerate(SHARES):
        old = round(share * count)
        found[i, :old] = _spread(waits, old)
        found[i, old:] = _spread(ordered, count - old) if old else ordered
        found[i].sort()
    return found


def _spread(values: Floats, many: int) -> Floats:
    """`many` values that stand for the distribution of `values`."""
    if not many:
        return np.empty(0)
    return np.quantile(values, (np.arange(many) + 0.5) / many)
