"""What the cluster of a world did, apart from the world: it outlives the subsystems around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hpcsim.center.failures import Outages
from hpcsim.cluster.cluster import Cluster

from .centre_table import centre_table
from .electricity import Drawn, PowerRules, drawn_by
from .labels import Labels


@dataclass(frozen=True, eq=False)
class CentreSchedule:
    """The cluster after a run, with the names of its jobs.

    A world is freed only when its cycles are collected, for its processes and its environment know
    each other, and its cluster holds most of a run's memory. Who keeps this instead, and lets it
    go once the table of jobs is made, has that memory for what comes next.
    """

    cluster: Cluster
    labels: Labels
    power: PowerRules | None
    outages: Outages | None

    def jobs(self) -> pa.Table:
        """A row a job that somebody has sent."""
        return centre_table(self.cluster, self.labels)

    def drawn(self, jobs: pa.Table) -> Drawn | None:
        """Who drew how much, where watts were counted; `jobs` is the table of `jobs()`."""
        if self.power is None:
            return None
        rows = jobs.column("job_id").to_numpy() - 1
        work = np.zeros(len(rows), np.int32)
        return drawn_by(self.cluster, self.power, work, rows, self.outages)
