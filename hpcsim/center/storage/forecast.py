"""When a tier will be full, from the growth that a run has shown."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from hpcsim.units import DAY_S

from ..contract import FloatArray

WEEK = 7
CONFIDENCE = 0.95
LEAST_STEPS = 3


class Growth(NamedTuple):
    """Bytes a day, with the ends of a 95 % interval (infinite where a run is too short)."""

    per_day: float
    low: float
    high: float


def growth(times_s: FloatArray, used_bytes: FloatArray) -> Growth | None:
    """The mean growth over equally long steps and Student's interval of that mean.

    Steps are weeks where there are three of them or more, as weekdays differ, else days. The
    levels themselves are no sample for a straight line: each contains all growth before it, so
    their deviations are not independent and would promise far too narrow an interval.
    """
    if len(times_s) < 2 or times_s[-1] <= times_s[0]:
        return None
    per_day = float((used_bytes[-1] - used_bytes[0]) / (times_s[-1] - times_s[0])) * DAY_S
    step = WEEK if len(times_s) > LEAST_STEPS * WEEK else 1
    picked = np.arange(len(times_s) - 1, -1, -step)[::-1]
    rates = np.diff(used_bytes[picked]) / np.diff(times_s[picked]) * DAY_S
    if len(rates) < LEAST_STEPS:
        return Growth(per_day, -np.inf, np.inf)
    from scipy.special import stdtrit  # slow to import: only who asks pays

    error = float(stdtrit(len(rates) - 1, (1 + CONFIDENCE) / 2))
    error *= float(rates.std(ddof=1)) / math.sqrt(len(rates))
    return Growth(per_day, per_day - error, per_day + error)
