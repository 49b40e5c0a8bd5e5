"""The counter at which the centre hands work to the cluster, and hears of what became of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
import simpy

from hpcsim.center.contract import FloatArray, IntArray
from hpcsim.center.graph import Done, Int32Array, PipelineGraph
from hpcsim.center.research import Ends, ResearchJobs
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import shapes_of
from hpcsim.cluster.state import COMPLETED, RUNNING, UNSEEN
from hpcsim.units import HOUR_S

from .labels import Labels
from .process import ClusterProcess
from .scenario_rules import ScenarioRules
from .shapes import on_one_node
from .sharing import Sharing
from .timed import Timed

TELL_EVERY_S = HOUR_S


@dataclass
class _Open:
    """A graph some of whose ends have still to be told."""

    rows: IntArray
    tasks: Int32Array
    done: Done


class Submissions:
    """Takes graphs and bags of jobs; tells of awaited ends at once, of others within the hour."""

    def __init__(
        self,
        env: simpy.Environment,
        cluster: Cluster,
        process: ClusterProcess,
        labels: Labels,
        timed: Timed | None = None,
        sharing: Sharing | None = None,
        rules: ScenarioRules | None = None,
    ) -> None:
        self.env, self.cluster, self.process, self.labels = env, cluster, process, labels
        self._timed, self._sharing, self._rules = timed, sharing, rules
        self._open: list[_Open] = []
        env.process(self._tell_hourly())

    def submit_graph(self, graph: PipelineGraph, done: Done) -> None:
        """Hand in a graph now; `done(tasks, ends)` is called for its watched tasks."""
        if len(graph) == 0:
            return
        if self._timed is not None:
            graph = self._timed.graph(graph)
        user = self.labels.add_graph(graph)
        runtime_s = graph.runtime_s
        if self._sharing is not None:
            flow_class, runtime_s = self._sharing.of_graph(graph)
        rows = self.cluster.submit_graph(
            self.env.now,
            runtime_s,
            graph.limit_s,
            graph.cores,
            graph.indptr,
            graph.children,
            user,
            on_one_node(graph),
            None if self._rules is None else self._rules.production(graph.owner, graph.limit_s),
        )
        if self._sharing is not None:
            self.cluster.share(rows, flow_class)
        for task in graph.awaited.tolist():
            self.process.listen(rows.start + task, partial(self._tell_now, task, done))
        later = np.ones(len(graph), bool)
        later[graph.awaited] = False
        rest = graph.watched[later[graph.watched]]
        if len(rest):
            self._open.append(_Open(rows.start + rest.astype(np.int64), rest, done))
        self.process.wake()

    def submit_research(self, jobs: ResearchJobs) -> partial[Ends]:
        """Hand in all jobs of research; what to call for their history so far."""
        if self._timed is not None:
            jobs = self._timed.research(jobs)
        user = self.labels.add_research(jobs)
        runtime_s = jobs.runtime_s
        if self._sharing is not None:
            flow_class, runtime_s = self._sharing.of_research(jobs)
        per_core = (jobs.memory_mib / jobs.cores).astype(np.float32)
        rows = self.cluster.submit(
            jobs.submit_s,
            runtime_s,
            jobs.limit_s,
            jobs.cores,
            user,
            shapes_of(jobs.cores, per_core, self.cluster.machine),
            None
            if self._rules is None
            else self._rules.research(jobs, user, self.labels.user_names),
        )
        if self._sharing is not None:
            self.cluster.share(rows, flow_class)
        follows = np.flatnonzero(jobs.parent >= 0)
        self.cluster.follow(
            rows.start + jobs.parent[follows],
            rows.start + follows,
            jobs.delay_s[follows],
            whatever_submit=True,
        )
        self.process.wake()
        return partial(self._history, rows)

    def _history(self, rows: range) -> Ends:
        jobs = self.cluster.jobs[rows.start : rows.stop]
        state = jobs["state"]
        return Ends(
            np.where(state > UNSEEN, jobs["arrival"], np.nan),
            np.where(state >= RUNNING, jobs["start"], np.nan),
            np.where(state >= COMPLETED, jobs["end"], np.nan),
        )

    def _tell_now(self, task: int, done: Done, row: int) -> None:
        end: FloatArray = self.cluster.jobs["end"][row : row + 1].copy()
        done(np.array([task], np.int32), end)

    def _tell_hourly(self) -> Generator[simpy.Event, None, None]:
        while True:
            yield self.env.timeout(TELL_EVERY_S)
            self.tell_ended()

    def tell_ended(self) -> None:
        """Tell of every watched task that has ended and was not told of."""
        states, ends = self.cluster.jobs["state"], self.cluster.jobs["end"]
        still_open = []
        for graph in self._open:
            over = states[graph.rows] >= COMPLETED
            if over.any():
                graph.done(graph.tasks[over], ends[graph.rows[over]])
                graph.rows, graph.tasks = graph.rows[~over], graph.tasks[~over]
            if len(graph.rows):
                still_open.append(graph)
        self._open = still_open
