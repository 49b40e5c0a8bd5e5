"""The centre's jobs in its storage: what each asks of it, and what that has cost."""

from __future__ import annotations

import numpy as np

from hpcsim.center.contract import Figures, FloatArray, IntArray
from hpcsim.center.graph import PipelineGraph
from hpcsim.center.research import ResearchJobs
from hpcsim.center.storage import Storage
from hpcsim.cluster.state import COMPLETED, TIMEOUT
from hpcsim.units import GB, HOUR_S

from .gather import gathered

NOTICED_S = 1.0


class Sharing:
    """Finds (class of flow, undisturbed seconds) of each job; without storage nobody shares."""

    def __init__(self, store: Storage) -> None:
        self._store = store
        self._tier = store.settings.jobs_tier

    def of_graph(self, graph: PipelineGraph) -> tuple[IntArray, FloatArray]:
        """Of the tasks of a pipeline, by the bytes that they read and write."""
        return self._store.job_classes(
            self._tier, graph.read_bytes, graph.write_bytes, graph.runtime_s
        )

    def of_research(self, jobs: ResearchJobs) -> tuple[IntArray, FloatArray]:
        """Of research jobs, which read so much a core-hour; the habits write what they write."""
        read = jobs.core_h * (self._store.settings.research_gb_per_core_h * GB)
        return self._store.job_classes(self._tier, read, np.zeros(len(jobs)), jobs.runtime_s)


def slowed(jobs: np.ndarray) -> Figures:
    """What storage has cost the jobs that shared it; rows with fields as in `cluster.state.JOB`."""
    over = (jobs["state"] == COMPLETED) | (jobs["state"] == TIMEOUT)
    rows = np.flatnonzero(over & (jobs["flow"] > 0))
    ended = gathered(jobs, rows, ("state", "start", "end", "runtime", "limit", "cores"))
    length = ended["end"] - ended["start"]
    alone = np.minimum(ended["runtime"], ended["limit"])
    late = length - alone
    cut = (ended["state"] == TIMEOUT) & (ended["runtime"] <= ended["limit"])
    noticed = late > NOTICED_S
    found: Figures = {
        "jobs_sharing": len(rows),
        "jobs_slowed": int(noticed.sum()),
        "jobs_cut_because_slowed": int(cut.sum()),
        "slowed_core_h": float(ended["cores"] @ np.where(noticed, late, 0.0)) / HOUR_S,
    }
    if noticed.any():
        found["slowest_job_times"] = float((length[noticed] / alone[noticed]).max())
    return found
