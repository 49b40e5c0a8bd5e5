"""What the machine looked like through time, for the run folder and its figures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from workloads.arrow import column

from .intervals import Intervals, intervals
from .records import may_run_s, records
from .trim import window


def series(jobs: pa.Table, cores: int, points: int = 2000) -> pa.Table:
    """`points` equal intervals from the first submission to the last end, a row each.

    Columns: time_s (where the interval begins), and exact averages over it: busy_cores,
    queued_jobs, queued_cores, queued_core_s (work waiting). No rows if no time passes.
    """
    seen = records(jobs)
    whole = window(seen.submit_s, seen.end_s, 0.0, 0.0)
    if not whole.finish_s > whole.begin_s:
        points = 0
    edges_s = np.linspace(whole.begin_s, whole.finish_s, points + 1)
    return as_table(
        intervals(
            seen.submit_s,
            seen.start_s,
            seen.end_s,
            seen.cores,
            may_run_s(jobs),
            cores,
            edges_s,
        )
    )


def as_table(through_time: Intervals) -> pa.Table:
    """Averages over each interval as a table, `time_s` being where it begins."""
    span_s = through_time.span_s
    return pa.table(
        {
            "time_s": column(through_time.edges_s[: span_s.size]),
            "busy_cores": column(through_time.busy_core_s / span_s),
            "queued_jobs": column(through_time.queued_job_s / span_s),
            "queued_cores": column(through_time.queued_core_s / span_s),
            "queued_core_s": column(through_time.queued_work_s / span_s),
        }
    )
