"""How long the whole work took, and how much of it a day."""

from __future__ import annotations

import numpy as np

from ..units import DAY_S
from .kinds import Floats


def makespan_s(submit_s: Floats, end_s: Floats) -> float:
    """Last end minus first submission, in seconds; NaN if no job ended.

    Feitelson and Rudolph, "Metrics and benchmarking for parallel job scheduling", JSSPP 1998, for
    work that arrives over time.
    """
    ended = end_s[~np.isnan(end_s)]
    return float(ended.max() - submit_s.min()) if ended.size else float("nan")


def throughput_jobs_per_day(end_s: Floats, begin_s: float, finish_s: float) -> float:
    """Jobs that ended after `begin_s` and up to `finish_s`, a day; NaN if no time passes.

    The first moment itself counts, so that over a whole run every job that ended does.
    """
    span = finish_s - begin_s
    if not span > 0:
        return float("nan")
    return int(np.count_nonzero((end_s >= begin_s) & (end_s <= finish_s))) / (span / DAY_S)
