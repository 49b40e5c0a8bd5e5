"""The mean over independent replications and Student's interval of it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .estimate import CONFIDENCE, Estimate

Floats = npt.NDArray[np.float64]


def mean_over(values: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """The mean of n independent values and its t interval; NaN among them are left out.

    Law, "Simulation Modeling and Analysis", 5th ed., 9.4: the values of replications are
    independent whatever goes on inside one, so that nothing else need be assumed than that their
    mean is about normal.
    """
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return Estimate(math.nan, math.nan, math.nan, 0)
    mean = float(known.mean())
    if known.size < 2:
        return Estimate(mean, math.nan, math.nan, int(known.size))
    half = t_quantile(known.size - 1, confidence) * float(known.std(ddof=1))
    half /= math.sqrt(known.size)
    return Estimate(mean, mean - half, mean + half, int(known.size))


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """How many standard errors a two-sided t interval reaches to either side."""
    from scipy.special import stdtrit  # slow to import: only who asks pays

    return float(stdtrit(degrees, (1 + confidence) / 2))


def runs_needed(values: Floats, half_width: float, confidence: float = CONFIDENCE) -> int:
    """How many runs would give an interval of that half width, if their scatter stays as it is."""
    known = values[np.isfinite(values)]
    deviation = float(known.std(ddof=1))
    if deviation == 0.0:
        return int(known.size)
    many = int(known.size)
    for _ in range(3):  # the t quantile depends on the number that is sought
        reach = t_quantile(max(many - 1, 1), confidence) * deviation / half_width
        many = max(2, math.ceil(reach**2))
    return many
