"""Percentiles over replications, with an interval that assumes no distribution."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from hpcsim.rng import stream

from .estimate import CONFIDENCE, Estimate

RESAMPLES = 2000
_SEED = 20_261_125  # of the resampling alone: the same values give the same interval


def percentile_over(
    values: npt.NDArray[np.float64], share: float, confidence: float = CONFIDENCE
) -> Estimate:
    """The `share` quantile of n independent values, and its percentile-bootstrap interval.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 13.3. Below some 20 values a high
    quantile is little more than their maximum, and the interval is too narrow: then both ends are
    NaN.
    """
    known = np.sort(np.asarray(values, np.float64)[np.isfinite(values)])
    if not known.size:
        return Estimate(math.nan, math.nan, math.nan, 0)
    found = float(np.quantile(known, share))
    if known.size * min(share, 1 - share) < 1:
        return Estimate(found, math.nan, math.nan, int(known.size))
    rng = stream(_SEED, "bootstrap")
    drawn = rng.integers(known.size, size=(RESAMPLES, known.size))
    seen = np.quantile(known[drawn], share, axis=1)
    low, high = np.quantile(seen, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(found, float(low), float(high), int(known.size))
