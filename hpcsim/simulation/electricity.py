"""The power of a site while a workload runs on it: what goes into the core and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hpcsim.center.failures import Outages, none
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Machine
from hpcsim.cluster.power import CARD
from hpcsim.cluster.state import RUNNING, records
from hpcsim.cluster.supply import Supply
from hpcsim.site import Site
from workloads.workload import Workload

DEFAULT = "default"
W_PER_KW = 1000.0


@dataclass(frozen=True)
class PowerRules:
    """That watts are counted on `site`; the two limits are the site's own where they are None."""

    site: Site
    cap_kw: float | None = None
    off_after_s: float | None = None

    @property
    def works(self) -> list[str]:
        """The classes of work that the site's nodes tell apart, the default first."""
        named = {name for kind in self.site.nodes for name in kind.loaded_w}
        return [DEFAULT, *sorted(named - {DEFAULT})]

    def supply(self, machine: Machine) -> Supply:
        """The site's nodes as the core sees them; `machine` is made of the same site."""
        kinds = self.site.nodes
        count = [kind.count for kind in kinds]
        cap_kw = self.cap_kw if self.cap_kw is not None else self.site.power.cap_kw
        idle_s = self.off_after_s
        if idle_s is None:
            idle_s = self.site.power.switch_off_after_s
        adds = [[(k.core_work_w(w) - k.idle_w) / k.cores for k in kinds] for w in self.works]
        return Supply(
            rest_w=np.repeat([kind.rest_w for kind in kinds], count),
            core_rest_w=np.repeat([kind.idle_w / kind.cores for kind in kinds], count),
            boot_w=np.repeat([kind.starting_w for kind in kinds], count),
            boot_s=np.repeat([kind.boot_s for kind in kinds], count),
            kind=np.repeat(np.arange(len(kinds), dtype=np.int32), count),
            core_watts=np.array(adds, float),
            cards=self._cards(machine),
            cap_w=np.inf if cap_kw is None else cap_kw * W_PER_KW,
            off_after_s=np.inf if idle_s is None else idle_s,
        )

    def _cards(self, machine: Machine) -> np.ndarray:
        """The accelerators of each type of node, by what requests call them, such as gpu.

        Where a node has several types of one kind, one draws what they draw on average.
        """
        found: list[tuple[float, float, float, int, int, int]] = []
        for number, kind in enumerate(self.site.nodes):
            for name in dict.fromkeys(each.kind for each in kind.accelerators):
                own = [each for each in kind.accelerators if each.kind == name]
                count = sum(each.count for each in own)
                rest = sum(each.count * each.idle_w for each in own) / count
                loaded = sum(each.count * max(each.loaded_w, each.idle_w) for each in own) / count
                lane = machine.names.resources[name]
                bits = (1 << lane.most.bit_length()) - 1
                found.append((rest, loaded - rest, 0.0, bits, lane.shift, number))
        cards = records(CARD, len(found))
        cards[:] = np.array(found, CARD)
        for shift in np.unique(cards["shift"]):
            same = np.flatnonzero(cards["shift"] == shift)
            cards["any_w"][same[0]] = cards["work_w"][same].max()
        return cards

    def work_of(self, workload: Workload) -> np.ndarray:
        """int32[J]: each job's class: its executable's or queue's name, if that is one."""
        work = np.zeros(len(workload), np.int32)
        for column in ("queue", "executable"):
            names = workload.labels.get(column, ())
            codes = getattr(workload, column)
            for code, name in enumerate(names):
                if name in self.works:
                    work[codes == code] = self.works.index(name)
        return work


@dataclass(frozen=True, eq=False)
class Drawn:
    """Who drew what: all runs, those of stopped jobs too, and when nodes were not up.

    Runs: `job` (a row of the jobs table), `start_s`, `end_s`, `rest_w`, `work_w`, arrays of one
    length. `off_s`, `woken_s`, `ready_s`, `node`: nodes that were off, and when they were ready
    again; `outages`: those that were down. `work` is the class of each job, in `works`.
    """

    job: np.ndarray
    start_s: np.ndarray
    end_s: np.ndarray
    rest_w: np.ndarray
    work_w: np.ndarray
    off_s: np.ndarray
    woken_s: np.ndarray
    ready_s: np.ndarray
    node: np.ndarray
    outages: Outages
    work: np.ndarray
    works: list[str]
    peak_w: float
    cap_w: float


def drawn_by(
    cluster: Cluster, rules: PowerRules, work: np.ndarray, rows: np.ndarray, outages: Outages | None
) -> Drawn:
    """What was drawn in a finished run; `rows` says where each job of the table stands."""
    state, jobs, stops = cluster.state, cluster.jobs, cluster.stops
    of_row = np.full(len(jobs), -1)
    of_row[rows] = np.arange(len(rows))
    # The last stop of a job that has ended with it is no run beside its last one.
    last = jobs["end"][stops["job"]] == stops["end"]
    stops = stops[~last]
    started = np.flatnonzero(jobs["state"] >= RUNNING)
    started = started[np.isfinite(jobs["start"][started])]
    draws = state.draws[: len(jobs)]
    sleeps = state.sleeps[: int(state.world["sleeps"][0])]
    end_s = float(np.max(jobs["end"], where=np.isfinite(jobs["end"]), initial=0.0))
    still = _asleep_at_the_end(cluster, end_s)
    after = state.nodes["idle_since"][still] + float(state.world["off_after"][0])
    ends = np.full(len(still), end_s)
    return Drawn(
        job=of_row[np.concatenate([started, stops["job"]])],
        start_s=np.concatenate([jobs["start"][started], stops["start"]]),
        end_s=np.concatenate([jobs["end"][started], stops["end"]]),
        rest_w=np.concatenate([draws["rest_w"][started], stops["rest_w"]]),
        work_w=np.concatenate([draws["work_w"][started], stops["work_w"]]),
        off_s=np.concatenate([sleeps["off"], after]),
        woken_s=np.concatenate([sleeps["woken"], ends]),
        ready_s=np.concatenate([sleeps["ready"], ends]),
        node=np.concatenate([sleeps["node"], still]).astype(np.int64),
        outages=outages or none(),
        work=work,
        works=rules.works,
        peak_w=float(state.world["peak_w"][0]),
        cap_w=float(state.world["cap_w"][0]),
    )


def _asleep_at_the_end(cluster: Cluster, end_s: float) -> np.ndarray:
    state = cluster.state
    idle = (state.free == state.nodes["cores"]) & (state.nodes["down"] == 0)
    return np.flatnonzero(idle & (state.nodes["idle_since"] + state.world["off_after"][0] < end_s))
