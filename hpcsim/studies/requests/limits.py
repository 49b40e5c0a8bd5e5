"""A time limit against what jobs like this one took."""

from __future__ import annotations

import numpy as np

from workloads.jobs import JobDescription
from workloads.jobs.shapes import shape_of
from workloads.workload import Workload

from .finding import Waste

ALIKE = 2.0
"""Factor within which cores and limits are alike."""
LEAST = 20
TOLERATED = 2.0
"""How much longer than nineteen in twenty took a limit may be."""


def limit_against(job: JobDescription, history: Workload) -> Waste | None:
    """The waste where the limit is far above what like jobs of the `history` took.

    Alike are ended jobs of about the same cores and limit, at least twenty of them; None where
    there are fewer, or nothing is wasted.
    """
    if job.time_limit_s is None:
        return None
    cores, limit = shape_of(job).cpus, float(job.time_limit_s)
    alike = _near(history.cores, cores) & _near(history.limit_s, limit)
    took = np.minimum(history.runtime_s, history.limit_s)[alike]
    if len(took) < LEAST:
        return None
    most, middle = np.quantile(took, (0.95, 0.5))
    if limit <= TOLERATED * most:
        return None
    enough = int(np.ceil(most * 1.25 / 300) * 5)
    message = (
        f"a limit of {_hours(limit)} where nineteen in twenty of {len(took):,} like jobs took less "
        f"than {_hours(most)} and half less than {_hours(middle)}"
    )
    hint = f"--time={enough} (minutes) would do and fits earlier into gaps"
    return Waste(("time_limit_s",), message, hint)


def _near(values: np.ndarray, value: float) -> np.ndarray:
    return np.asarray((values >= value / ALIKE) & (values <= value * ALIKE))


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
