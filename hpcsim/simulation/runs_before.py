"""What came before the last run of each job: runs that were stopped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.state import NODE_FAIL, PREEMPTED


@dataclass(frozen=True)
class RunsBefore:
    """Arrays of a value a job: stopped runs, seconds in those before the last run, seconds that
    were lost in all of them, and when the job joined the queue at first (NaN without any).
    """

    runs: np.ndarray
    ran_s: np.ndarray
    lost_s: np.ndarray
    arrival: np.ndarray


def runs_before(cluster: Cluster, rows: np.ndarray) -> RunsBefore | None:
    """Those of some rows of the cluster; None where nothing could stop a run."""
    stops, count = cluster.stops, len(cluster.jobs)
    if not len(stops) and not cluster.mortal:
        return None
    job = stops["job"]
    arrival = np.full(count, np.nan)
    arrival[job[::-1]] = stops["arrival"][::-1]  # of a job's stops the first is written last
    lasts = stops["end"] - stops["start"]
    # The stop that a failed job has ended with is its last run.
    ended = np.isin(cluster.jobs["state"][job], (NODE_FAIL, PREEMPTED))
    final = ended & (stops["end"] == cluster.jobs["end"][job])
    ran_s = np.bincount(job, np.where(final, 0.0, lasts), minlength=count)
    lost_s = np.bincount(job, stops["lost_s"], minlength=count)
    runs = np.bincount(job, minlength=count).astype(np.int32)
    return RunsBefore(runs[rows], ran_s[rows], lost_s[rows], arrival[rows])
