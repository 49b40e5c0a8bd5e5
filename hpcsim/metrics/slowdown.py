"""How much longer a job took than it would have taken alone."""

from __future__ import annotations

import numpy as np

from .distribution import mean, quantile
from .kinds import Floats

TAU_S = 10.0


def bounded_slowdown(wait_s: Floats, run_s: Floats, tau_s: float = TAU_S) -> Floats:
    """max(1, (wait + run) / max(run, tau)): one number a job, without unit.

    The bound `tau_s` (seconds, above zero) keeps a job of no length that waited a minute from
    counting as an infinite slowdown. Feitelson, Rudolph, Schwiegelshohn, Sevcik and Wong, "Theory
    and practice in parallel job scheduling", JSSPP 1997; tau = 10 s after Feitelson, "Metrics for
    parallel job scheduling and their convergence", JSSPP 2001.
    """
    return np.maximum(1.0, (wait_s + run_s) / np.maximum(run_s, tau_s))


def slowdown_figures(slowdowns: Floats) -> dict[str, float]:
    """Mean, median and p95 of bounded slowdowns."""
    ordered = np.sort(slowdowns)
    return {
        "mean_bounded_slowdown": mean(slowdowns),
        "median_bounded_slowdown": quantile(ordered, 0.5),
        "p95_bounded_slowdown": quantile(ordered, 0.95),
    }
