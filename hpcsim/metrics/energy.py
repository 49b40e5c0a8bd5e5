"""Energy by exact integration: who drew how much between the events of a schedule.

A node draws its watts at rest plus the share of its cores in use times what work adds (linear
within 2.5 % on servers). A job answers for its share of the watts at rest of the nodes it holds
and for all that its work adds; what nobody holds is idle. Everything here is at the meter, the
building's part (PUE) included, unless a name says node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hpcsim.center.failures import Outages, merged
from hpcsim.site import Site

from .kinds import Floats, Ints
from .records import codes, has, numbers

JOULE_PER_KWH = 3.6e6
DOWN, OFF, BOOT = 0, 1, 2


@dataclass(frozen=True)
class Draws:
    """What each of n jobs (or parts of jobs) draws while it runs; arrays of length n.

    `start_s` is NaN for a job that never started, `end_s` for one that still runs. `resting_w` is
    its share of its nodes' watts at rest, `extra_w` what its work adds.
    """

    start_s: Floats
    end_s: Floats
    resting_w: Floats
    extra_w: Floats


@dataclass(frozen=True)
class Spells:
    """When nodes are not up; arrays of length m. The spells of one node do not overlap.

    `state` is DOWN, OFF or BOOT; `end_s` may be infinite.
    """

    node: Ints
    start_s: Floats
    end_s: Floats
    state: Ints


@dataclass(frozen=True)
class Energy:
    """Where the energy between `begin_s` and `end_s` went, kWh at the meter.

    `job_kwh` has length n, the rest are totals: `idle` is what nodes that are up draw for nobody;
    `down`, `off` and `boot` are what nodes draw in these states; `infrastructure` is storage and
    network.
    """

    begin_s: float
    end_s: float
    job_kwh: Floats
    idle_kwh: float
    down_kwh: float
    off_kwh: float
    boot_kwh: float
    infrastructure_kwh: float

    @property
    def jobs_kwh(self) -> float:
        """All jobs together."""
        return float(self.job_kwh.sum())

    @property
    def nodes_kwh(self) -> float:
        """All nodes: jobs, idle, down, off and booting together."""
        return self.jobs_kwh + self.idle_kwh + self.down_kwh + self.off_kwh + self.boot_kwh

    @property
    def total_kwh(self) -> float:
        """Everything on the meter."""
        return self.nodes_kwh + self.infrastructure_kwh


@dataclass(frozen=True)
class PowerSteps:
    """The draw of all nodes through time, without PUE: `node_w[i]` from `time_s[i]` on.

    `time_s`: ascending, from the begin to the end, length k + 1; `node_w`: length k.
    """

    time_s: Floats
    node_w: Floats

    @property
    def kwh(self) -> float:
        """The integral, kWh without PUE."""
        return float(self.node_w @ np.diff(self.time_s)) / JOULE_PER_KWH

    @property
    def max_kw(self) -> float:
        """The highest draw that held for any time, kW; what a power cap is held against."""
        return float(self.node_w.max(initial=0.0)) / 1000

    def between(self, begin_s: float, end_s: float) -> PowerSteps:
        """The same draw from `begin_s` to `end_s` only; both lie within the steps."""
        inside = (self.time_s > begin_s) & (self.time_s < end_s)
        time = np.concatenate([[begin_s], self.time_s[inside], [end_s]])
        held = np.searchsorted(self.time_s, time[:-1], side="right") - 1
        return PowerSteps(time, self.node_w[held])

    def kwh_between(self, edges_s: Floats) -> Floats:
        """kWh without PUE between each two of the m + 1 ascending `edges_s`; length m."""
        upto = np.concatenate([[0.0], np.cumsum(self.node_w * np.diff(self.time_s))])
        return np.diff(np.interp(edges_s, self.time_s, upto)) / JOULE_PER_KWH


def no_spells() -> Spells:
    """All nodes are up all the time."""
    return Spells(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int64))


def down_spells(outages: Outages) -> Spells:
    """The spells in which nodes are down, each once however many outages it is in."""
    rows = merged(outages)
    state = np.full(len(rows.node), DOWN, np.int64)
    return Spells(rows.node.astype(np.int64), rows.start_s, rows.end_s, state)


def draws(
    site: Site,
    start_s: Floats,
    end_s: Floats,
    cores: Floats,
    *,
    node_type: Ints | None = None,
    work: tuple[Ints, list[str]] | None = None,
    accelerators: Floats | None = None,
) -> Draws:
    """The watts of jobs that hold `cores` cores (arrays of length n).

    `node_type` counts the site's node types; without it a job draws as the machine does on
    average. `work` is each job's class as a number into a list of names, the default class without
    it. `accelerators` is how many a job holds, all of its node type's first accelerator type.
    """
    number, names = work or (np.zeros(len(cores), np.int64), ["default"])
    kinds = np.full(len(cores), len(site.nodes)) if node_type is None else node_type
    resting = _resting_w_per_core(site)[kinds] * cores
    extra = _extra_w_per_core(site, names)[kinds, number] * cores
    if accelerators is not None:
        rest_w, added_w = _accelerator_w(site)
        resting = resting + rest_w[kinds] * accelerators
        extra = extra + added_w[kinds] * accelerators
    return Draws(start_s, end_s, resting, extra)


def draws_of(jobs: pa.Table, site: Site) -> Draws:
    """The watts of a jobs table's rows: by its columns node_type, class and accelerators if any."""
    work, cards = None, has(jobs, "accelerators")
    if has(jobs, "class"):
        number, names = codes(jobs, "class")
        work = number, [str(name) for name in names.to_pylist()]
    return draws(
        site,
        numbers(jobs, "start_s"),
        numbers(jobs, "end_s"),
        numbers(jobs, "cores"),
        node_type=node_types_of(jobs, site),
        work=work,
        accelerators=np.nan_to_num(numbers(jobs, "accelerators")) if cards else None,
    )


def node_types_of(jobs: pa.Table, site: Site) -> Ints:
    """Each row's node type; one more than the last where the table does not say."""
    unknown = len(site.nodes)
    if not has(jobs, "node_type"):
        return np.full(jobs.num_rows, unknown)
    return np.nan_to_num(numbers(jobs, "node_type"), nan=unknown).astype(np.int64)


def energy(site: Site, jobs: Draws, spells: Spells, begin_s: float, end_s: float) -> Energy:
    """Where the energy between `begin_s` and `end_s` went.

    Raises ValueError where spells of one node overlap.
    """
    _refuse_overlaps(spells)
    kwh = site.power.pue / JOULE_PER_KWH
    ran_s = running_s(jobs, begin_s, end_s)
    spell_s = _within(spells.start_s, spells.end_s, begin_s, end_s)
    state_w = _state_w(site, spells)
    states = [float((state_w * spell_s)[spells.state == state].sum()) for state in range(3)]
    rest_w = _node_rest_w(site)
    up_j = float(rest_w.sum()) * (end_s - begin_s) - float(rest_w[spells.node] @ spell_s)
    return Energy(
        begin_s=begin_s,
        end_s=end_s,
        job_kwh=(jobs.resting_w + jobs.extra_w) * ran_s * kwh,
        idle_kwh=(up_j - float(jobs.resting_w @ ran_s)) * kwh,
        down_kwh=states[DOWN] * kwh,
        off_kwh=states[OFF] * kwh,
        boot_kwh=states[BOOT] * kwh,
        infrastructure_kwh=site.infrastructure_kw * 1000 * (end_s - begin_s) * kwh,
    )


def power_steps(
    site: Site, jobs: Draws, spells: Spells, begin_s: float, end_s: float
) -> PowerSteps:
    """The draw of all nodes at every moment, found from the events and not from the sums."""
    starts, ends = _clipped(jobs.start_s, jobs.end_s, begin_s, end_s)
    away, back = _clipped(spells.start_s, spells.end_s, begin_s, end_s)
    saved_w = _node_rest_w(site)[spells.node] - _state_w(site, spells)
    time = np.concatenate([starts, ends, away, back])
    change = np.concatenate([jobs.extra_w, -jobs.extra_w, -saved_w, saved_w])
    order = np.argsort(time, kind="stable")
    time, change = time[order], change[order]
    first = np.flatnonzero(np.diff(time, prepend=-np.inf))
    together = np.add.reduceat(change, first) if first.size else change
    watts = site.idle_kw * 1000 + np.concatenate([[0.0], np.cumsum(together)])
    edges = np.concatenate([[begin_s], time[first], [end_s]])
    lasting = np.diff(edges) > 0
    return PowerSteps(np.append(edges[:-1][lasting], end_s), watts[lasting])


def running_s(jobs: Draws, begin_s: float, end_s: float) -> Floats:
    """How long each job ran between `begin_s` and `end_s`; 0 if it never started."""
    return _within(jobs.start_s, jobs.end_s, begin_s, end_s)


def _clipped(
    start_s: Floats, end_s: Floats, begin_s: float, until_s: float
) -> tuple[Floats, Floats]:
    """Starts and ends within the span; both at its end for what never started."""
    start = np.clip(np.nan_to_num(start_s, nan=until_s), begin_s, until_s)
    end = np.clip(np.nan_to_num(end_s, nan=until_s, posinf=until_s), begin_s, until_s)
    return start, np.maximum(start, end)


def _within(start_s: Floats, end_s: Floats, begin_s: float, until_s: float) -> Floats:
    start, end = _clipped(start_s, end_s, begin_s, until_s)
    return end - start


def _resting_w_per_core(site: Site) -> Floats:
    """By node type, and last the whole machine's mean; without accelerators."""
    per_type = [kind.idle_w / kind.cores for kind in site.nodes]
    mean = sum(kind.count * kind.idle_w for kind in site.nodes) / site.cores
    return np.array([*per_type, mean])


def _extra_w_per_core(site: Site, works: list[str]) -> Floats:
    """By node type, last the whole machine's mean, and class of work."""
    nodes = [[kind.core_work_w(work) - kind.idle_w for work in works] for kind in site.nodes]
    per_node = np.array(nodes).reshape(len(site.nodes), len(works))
    counts = np.array([kind.count for kind in site.nodes])
    cores = np.array([kind.cores for kind in site.nodes])
    return np.vstack([per_node / cores[:, None], counts @ per_node / site.cores])


def _accelerator_w(site: Site) -> tuple[Floats, Floats]:
    """Watts at rest and what work adds, of one accelerator, by node type and last the mean."""
    types = [kind.accelerators[:1] for kind in site.nodes]
    rest = [cards[0].idle_w if cards else 0.0 for cards in types]
    work = [max(cards[0].loaded_w, cards[0].idle_w) if cards else 0.0 for cards in types]
    counts = [
        k.count * cards[0].count if cards else 0 for k, cards in zip(site.nodes, types, strict=True)
    ]
    added = np.array(work) - np.array(rest)
    share = np.array(counts) / max(sum(counts), 1)
    return np.append(rest, share @ np.array(rest)), np.append(added, share @ added)


def _node_rest_w(site: Site) -> Floats:
    return np.repeat([kind.rest_w for kind in site.nodes], [kind.count for kind in site.nodes])


def _state_w(site: Site, spells: Spells) -> Floats:
    """What each spell's node draws in it."""
    counts = [kind.count for kind in site.nodes]
    off_w = np.repeat([kind.off_w for kind in site.nodes], counts)[spells.node]
    boot_w = np.repeat([kind.starting_w for kind in site.nodes], counts)[spells.node]
    return np.where(spells.state == BOOT, boot_w, off_w)


def _refuse_overlaps(spells: Spells) -> None:
    order = np.lexsort((spells.start_s, spells.node))
    node, start, end = spells.node[order], spells.start_s[order], spells.end_s[order]
    again = (node[1:] == node[:-1]) & (start[1:] < end[:-1])
    if again.any():
        raise ValueError(f"spells of node {int(node[1:][again][0])} overlap")
