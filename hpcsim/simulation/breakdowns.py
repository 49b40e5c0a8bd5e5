"""Nodes of the cluster that fail, are repaired, or are out of service for a while."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.center.contract import Figures, InvariantError
from hpcsim.center.failures import (
    Outages,
    Transitions,
    failures,
    join,
    maintenance,
    none,
    transitions,
)
from hpcsim.center.failures.outages import availability, from_columns
from hpcsim.cluster.cluster import Cluster
from hpcsim.site import Site
from hpcsim.site.layout import layout
from hpcsim.units import DAY_S, HOUR_S

from .process import ClusterProcess
from .scenario.model import Failures, Spell

ALWAYS = 1_000_000  # a job that a node takes down with it is queued again, however often


class Breakdowns:
    """Takes nodes down and up as drawn ahead; what ran on them comes again."""

    def __init__(
        self,
        env: simpy.Environment,
        cluster: Cluster,
        process: ClusterProcess,
        outages: Outages,
        horizon_s: float,
    ) -> None:
        self.env, self.cluster, self.process = env, cluster, process
        self.outages = outages
        self.moves: Transitions = transitions(outages)
        self._horizon_s = horizon_s
        self._nodes = max(len(cluster.machine.cores), 1)

    def start(self) -> None:
        """Register the process."""
        self.env.process(self._run())

    def _run(self) -> Generator[simpy.Event, None, None]:
        moves = self.moves
        moments, first, count = np.unique(moves.time_s, return_index=True, return_counts=True)
        for moment, begin, end in zip(moments.tolist(), first, first + count, strict=True):
            yield self.env.timeout(max(moment - self.env.now, 0.0))
            for node, down in zip(moves.node[begin:end], moves.down[begin:end], strict=True):
                if down:
                    self.cluster.node_down(int(node), self.env.now, ALWAYS)
                else:
                    self.cluster.node_up(int(node), self.env.now)
            self.process.wake()

    def records(self) -> dict[str, pa.Table]:
        """`node_events`: each node's downs and ups within the run."""
        table = self.moves.table()
        return {"node_events": table.filter(self.moves.time_s < self._horizon_s)}

    def figures(self) -> Figures:
        """Headline figures, units in their names."""
        now = self.env.now
        started = self.outages.start_s < now
        found: Figures = {
            "outages": len(np.unique(self.outages.outage[started])),
            "node_outages": int(started.sum()),
            "node_availability": availability(self.outages, self._nodes, now) if now else 1.0,
            "lost_core_h": self.cluster.lost_core_s / HOUR_S,
        }
        jobs = self.cluster.jobs
        found["jobs_queued_again"] = int((jobs["requeues"] > 0).sum())
        for number, cause in enumerate(self.outages.causes):
            mine = started & (self.outages.cause == number)
            found[f"outages_{cause.replace(':', '_')}"] = len(np.unique(self.outages.outage[mine]))
        return found

    def check(self) -> None:
        """Raise InvariantError unless each node goes down and up in turn."""
        moves = self.moves
        order = np.lexsort((np.arange(len(moves.node)), moves.node))
        node, down = moves.node[order], moves.down[order]
        same = node[1:] == node[:-1]
        if (down[1:][same] == down[:-1][same]).any():
            raise InvariantError("a node goes down twice without coming up, or up without a down")


def drawn(settings: Failures, site: Site, rng: np.random.Generator, horizon_s: float) -> Outages:
    """All outages of a run: failures, maintenance if wanted, and the spells of the scenario."""
    found = failures(site, rng, horizon_s) if settings.enabled else none()
    if settings.maintenance:
        found = join(found, maintenance(site, horizon_s))
    for number, spell in enumerate(settings.outages):
        found = join(found, _spell(spell, site, number))
    return found


def _spell(spell: Spell, site: Site, number: int) -> Outages:
    kinds = [not spell.node_types or kind.name in spell.node_types for kind in site.nodes]
    nodes = np.flatnonzero(np.array(kinds)[layout(site).node_type]).astype(np.int32)
    zeros = np.zeros(len(nodes), np.int32)
    begin = spell.start_day * DAY_S
    end = begin + spell.days * DAY_S
    return from_columns(
        np.full(len(nodes), begin),
        np.full(len(nodes), end),
        nodes,
        zeros,
        zeros,
        (f"scenario:{number + 1}",),
    )
