"""Run times as a calibration has them, put on work as it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hpcsim.calibration import RunTimes
from hpcsim.center.graph import PipelineGraph
from hpcsim.center.research import ResearchJobs

RESEARCH = "research"


@dataclass(frozen=True)
class Timed:
    """Stretches run times and requests alike: people ask for what their jobs are seen to need.

    Times that were recorded are those of a machine that ran them, and stay as they are.
    """

    run_times: RunTimes
    classes: Sequence[str]
    recorded: bool = False

    def graph(self, graph: PipelineGraph) -> PipelineGraph:
        """A pipeline at this machine's speed."""
        factor = self.run_times.tasks(graph.owner, graph.names, graph.name_code, graph.cores)
        return replace(graph, runtime_s=graph.runtime_s * factor, limit_s=graph.limit_s * factor)

    def research(self, jobs: ResearchJobs) -> ResearchJobs:
        """Drawn research at this machine's speed."""
        if self.recorded:
            return jobs
        factor = self.run_times.tasks(RESEARCH, self.classes, jobs.job_class, jobs.cores)
        return replace(jobs, runtime_s=jobs.runtime_s * factor, limit_s=jobs.limit_s * factor)
