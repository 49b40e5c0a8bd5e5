"""The simulated waits against those that the trace recorded."""

from __future__ import annotations

import numpy as np

from .distribution import mean, quantile
from .kinds import Floats
from .slowdown import bounded_slowdown


def recorded_figures(
    wait_s: Floats, recorded_wait_s: Floats, run_s: Floats, tau_s: float
) -> dict[str, float]:
    """What the real machine did, what the simulated one did with the same jobs, and how far apart.

    Only jobs with a recorded wait (neither NaN nor negative) that started count; all arrays have
    one length. The recorded slowdown takes the simulated run time. A recorded wait holds what no
    simulation knows (down time, reservations, other queues), so the difference is no error of
    either by itself: Feitelson, Tsafrir and Krakov, "Experience with using the Parallel Workloads
    Archive", JPDC 74(10), 2014.
    """
    known = (recorded_wait_s >= 0) & ~np.isnan(wait_s)
    wait, recorded, run = wait_s[known], recorded_wait_s[known], run_s[known]
    ordered = np.sort(recorded)
    return {
        "recorded_jobs": float(wait.size),
        "recorded_mean_wait_s": mean(recorded),
        "recorded_median_wait_s": quantile(ordered, 0.5),
        "recorded_p95_wait_s": quantile(ordered, 0.95),
        "recorded_max_wait_s": quantile(ordered, 1.0),
        "recorded_mean_bounded_slowdown": mean(bounded_slowdown(recorded, run, tau_s)),
        "recorded_simulated_mean_wait_s": mean(wait),
        "recorded_mean_absolute_difference_s": mean(np.abs(wait - recorded)),
        "recorded_same_wait_share": mean((np.abs(wait - recorded) < 1.0).astype(np.float64)),
    }
