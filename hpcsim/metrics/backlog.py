"""How much work stood in the queue."""

from __future__ import annotations

import numpy as np

from .intervals import Intervals


def backlog_figures(through_time: Intervals) -> dict[str, float]:
    """Mean over time and maximum of the queue: jobs, cores asked, and core-seconds of work.

    The mean number of queued jobs is the arrival rate times the mean wait (Little, "A proof for
    the queuing formula L = lambda W", Operations Research 9(3), 1961), which the tests check. A
    mean is NaN if no time passes.
    """
    span = float(through_time.span_s.sum())

    def mean(integral: np.ndarray) -> float:
        return float(integral.sum()) / span if span > 0 else float("nan")

    return {
        "mean_queued_jobs": mean(through_time.queued_job_s),
        "max_queued_jobs": float(through_time.max_queued_jobs.max(initial=0.0)),
        "mean_queued_cores": mean(through_time.queued_core_s),
        "max_queued_cores": float(through_time.max_queued_cores.max(initial=0.0)),
        "mean_queued_core_s": mean(through_time.queued_work_s),
        "max_queued_core_s": float(through_time.max_queued_work_core_s.max(initial=0.0)),
    }
