"""Research from a recorded workload instead of the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import workloads

from ..calendar import Calendar
from .jobs import Fate, ResearchJobs
from .settings import ResearchSettings

DEFAULT_MEMORY_MIB = 4096.0


def recorded_jobs(path: Path, settings: ResearchSettings, calendar: Calendar) -> ResearchJobs:
    """The trace's jobs within the horizon; users are dealt out to the accounts in turn."""
    workload, _ = workloads.read(str(path))
    workload = workload.select(workload.submit_s < calendar.horizon_s)
    count = len(workload)
    _, user = np.unique(workload.user, return_inverse=True)
    per_core = np.nan_to_num(workload.memory_per_core_mib, nan=DEFAULT_MEMORY_MIB)
    cut = workload.runtime_s > workload.limit_s
    return ResearchJobs(
        submit_s=workload.submit_s,
        runtime_s=workload.runtime_s,
        limit_s=workload.limit_s,
        cores=workload.cores.astype(np.int32),
        memory_mib=per_core.astype(np.float64) * workload.cores,
        user=user.astype(np.int32),
        account=(user % len(settings.accounts)).astype(np.int32),
        job_class=np.zeros(count, np.int32),
        campaign=np.arange(count, dtype=np.int32),
        fate=np.where(cut, Fate.TIMEOUT, Fate.COMPLETED).astype(np.int32),
        parent=np.full(count, -1, np.int64),
        delay_s=np.zeros(count),
    )
