"""Nodes that go down and come back while a workload runs, and what is told of it afterwards."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.center.failures import Outages, none, transitions
from hpcsim.center.failures.outages import availability
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.state import NODE_FAIL, OUT_OF_MEMORY, STATE_NAMES
from hpcsim.site.layout import node_names
from hpcsim.units import HOUR_S

from .mishaps import Mishaps
from .process import ClusterProcess

EVENTS = pa.schema([("time_s", pa.float64()), ("kind", pa.string()), ("what", pa.string())])
TOLD = ("NODE_FAIL", "FAILED", "OUT_OF_MEMORY")


class NodeOutages:
    """Takes nodes down and up until every job has ended; stops where nothing can happen any more.

    Outages are drawn for `horizon_s` seconds at first, and for twice as long when that is over.
    """

    def __init__(
        self,
        env: simpy.Environment,
        cluster: Cluster,
        process: ClusterProcess,
        mishaps: Mishaps,
        horizon_s: float,
    ) -> None:
        self.env, self.cluster, self.process = env, cluster, process
        self.mishaps = mishaps
        self.outages: Outages = none()
        self._horizon_s = horizon_s
        if mishaps.breaks:
            env.process(self._run())

    def _run(self) -> Generator[simpy.Event, None, None]:
        begin = 0.0
        while not self._over:
            self.outages = self.mishaps.outages(self._horizon_s)
            yield from self._pass(begin, self._horizon_s)
            if self.mishaps.recorded is not None:
                return
            begin, self._horizon_s = self._horizon_s, 2 * self._horizon_s

    @property
    def _over(self) -> bool:
        return self.cluster.ended == len(self.cluster.jobs)

    def _pass(self, begin_s: float, end_s: float) -> Generator[simpy.Event, None, None]:
        """All downs and ups between two times; those of a file to the last."""
        moves = transitions(self.outages)
        last = np.inf if self.mishaps.recorded is not None else end_s
        first, after = np.searchsorted(moves.time_s, [begin_s, last])
        for i in range(int(first), int(after)):
            if moves.time_s[i] > self.env.now:
                yield self.env.timeout(moves.time_s[i] - self.env.now)
                if self._over:
                    return
            if moves.down[i]:
                self.cluster.node_down(int(moves.node[i]), self.env.now, self.mishaps.requeues)
            else:
                self.cluster.node_up(int(moves.node[i]), self.env.now)
            self.process.wake()

    def events(self, end_s: float, job_id: np.ndarray) -> pa.Table:
        """Downs, ups and stopped runs until `end_s`; `job_id` names the cluster's rows."""
        moves, stops = transitions(self.outages), self.cluster.stops
        seen = np.flatnonzero(moves.time_s <= end_s)
        names = np.array(node_names(self.mishaps.site))[moves.node[seen]]
        causes = np.array([*moves.causes, ""])[moves.cause[seen]]
        why = np.char.add("run stopped: ", np.array(STATE_NAMES)[stops["cause"]])
        columns = [
            np.concatenate([moves.time_s[seen], stops["end"]]),
            np.concatenate([np.where(moves.down[seen], "node down", "node up"), why]),
            np.concatenate(
                [np.char.add(np.char.add(names, " "), causes), job_id[stops["job"]].astype(str)]
            ),
        ]
        order = np.argsort(columns[0], kind="stable")
        return pa.table([pa.array(column[order]) for column in columns], schema=EVENTS)

    def figures(self, end_s: float) -> dict[str, float | int]:
        """What broke and what it cost, until `end_s`; units in the names."""
        cluster, outages = self.cluster, self.outages
        started = outages.start_s < end_s
        stops, states = cluster.stops, cluster.jobs["state"]
        nodes = max(len(cluster.machine.cores), 1)
        by_node = stops["cause"] == NODE_FAIL
        by_memory = stops["cause"] == OUT_OF_MEMORY
        told = {
            f"{name.lower()}_jobs": int((states == STATE_NAMES.index(name)).sum()) for name in TOLD
        }
        return {
            "outages": len(np.unique(outages.outage[started])),
            "node_outages": int(started.sum()),
            "node_availability": availability(outages, nodes, end_s) if end_s > 0 else 1.0,
            "stopped_runs": len(stops),
            "runs_stopped_by_nodes": int(by_node.sum()),
            "runs_out_of_memory": int(by_memory.sum()),
            "requeues": int((by_node | by_memory).sum()) - told["node_fail_jobs"],
            **told,
            "lost_core_h": cluster.lost_core_s / HOUR_S,
            "checkpoint_core_h": cluster.checkpoint_core_s / HOUR_S,
        }
