"""A workload run through a cluster: the simplest world there is."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import Policy
from hpcsim.units import DAY_S
from workloads.workload import Workload

from .asked import Asked, asked_of
from .invariants import check_schedule, check_terms
from .job_table import job_table
from .process import ClusterProcess
from .whose import placed

if TYPE_CHECKING:
    from .electricity import Drawn, PowerRules
    from .mishaps import Mishaps
    from .node_outages import NodeOutages

REPORTS = 200
MANY_JOBS = 100_000  # of fewer the memory is small, and looking for it takes longer than the run
MARGIN_S = 30 * DAY_S  # failures are drawn for so long after the last submission, at first


@dataclass(frozen=True)
class Options:
    """How a workload is run."""

    policy: Policy
    cores: int
    cycle: str | float = "event"
    estimates: str = "limit"
    feedback: bool = False
    verify: bool = False
    machine: Machine | None = None
    """The nodes; without them the machine is one pool of `cores` cores."""
    placement: str = "first_fit"
    maintenance: bool = False
    """Nothing starts that would run into a planned window of the site."""
    mishaps: Mishaps | None = None
    """What may go wrong; needs the nodes of a site."""
    power: PowerRules | None = None
    """Watts are counted, and kept to a cap; needs the nodes of a site."""


@dataclass(frozen=True)
class Outcome:
    """What came out: a row a job, in the workload's order, and what the run cost."""

    jobs: pa.Table
    cores: int
    events: int
    core_wall_s: float
    wall_s: float = 0.0
    told: pa.Table | None = None
    """What broke and what it stopped: time_s, kind, what."""
    mishaps: Mapping[str, float | int] = field(default_factory=dict)
    """What that cost."""
    drawn: Drawn | None = None
    """Who drew how much, where watts were counted."""
    preemptions: int = 0
    """How often a running job had to give way; what that threw away:"""
    preempted_core_s: float = 0.0


def replay(
    workload: Workload, options: Options, *, progress: Callable[[int, int], None] | None = None
) -> Outcome:
    """Run every job of `workload`; with `verify`, check what must hold of any schedule.

    `progress(ended, jobs)` is called some hundred times. Raises InputError for options that do not
    go together and for a job that does not fit.
    """
    began = time.perf_counter()
    outcome = _played(workload, options, progress)
    if len(workload) >= MANY_JOBS:
        gc.collect()  # the cluster, which the environment and its process hold in a circle
    return replace(outcome, wall_s=time.perf_counter() - began)


def _played(
    workload: Workload, options: Options, progress: Callable[[int, int], None] | None
) -> Outcome:
    order = _arrival_order(workload)
    cluster, asked = _handed_in(workload, options, order)
    work = None
    if options.power is not None:
        work = options.power.work_of(workload)
        cluster.power(
            options.power.supply(cluster.machine), work[order], workload.span_s() + MARGIN_S
        )
    befallen = _let_pass(cluster, workload, options, progress)
    if options.verify:
        _verify(cluster, asked)
    rows = np.empty_like(order)
    rows[order] = np.arange(len(order))
    outcome = Outcome(
        jobs=job_table(workload, cluster, rows),
        cores=options.cores,
        events=cluster.events,
        core_wall_s=cluster.core_wall_s,
        preemptions=cluster.preemptions,
        preempted_core_s=cluster.preempted_core_s,
    )
    if options.power is not None and work is not None:
        from .electricity import drawn_by

        outages = befallen.outages if befallen is not None else None
        drawn = drawn_by(cluster, options.power, work, rows, outages)
        outcome = replace(outcome, drawn=drawn)
    return outcome if befallen is None else _told(outcome, befallen, workload.job_id[order])


def _handed_in(workload: Workload, options: Options, order: np.ndarray) -> tuple[Cluster, Asked]:
    """A cluster that knows all jobs, in the order of their arrival, and what they ask of it."""
    users, user = np.unique(workload.user, return_inverse=True)
    machine = options.machine or Machine(options.cores)
    rulebook, who, usual = placed(workload, machine, computed=options.policy.computed)
    asked = asked_of(
        workload.select(order), machine, usual.select(order), maintenance=options.maintenance
    )
    cluster = Cluster(
        asked.machine,
        options.policy,
        placement=options.placement,
        cycle=options.cycle,
        estimates=options.estimates,
        capacity=len(workload),
        users=len(users),
        rules=asked.rules,
        rulebook=rulebook,
    )
    rows = cluster.submit(
        workload.submit_s[order],
        workload.runtime_s[order],
        workload.limit_s[order],
        workload.cores[order],
        user[order],
        asked.shapes,
        who.select(order) if who is not None else None,
        asked.terms,
    )
    if options.feedback:
        _follow_preceding(cluster, workload, order)
    if options.mishaps is not None:
        lives = options.mishaps.lives(workload.runtime_s[order], asked.shapes, cluster.machine)
        if lives is not None:
            cluster.live(rows, lives)
    return cluster, asked


def _let_pass(
    cluster: Cluster,
    workload: Workload,
    options: Options,
    progress: Callable[[int, int], None] | None,
) -> NodeOutages | None:
    """Let time pass until nothing more can happen; what befell the nodes, where anything could."""
    env = simpy.Environment()
    process = ClusterProcess(env, cluster)
    befallen = None
    if options.mishaps is not None:
        from .node_outages import NodeOutages

        horizon_s = float(workload.submit_s.max()) + MARGIN_S
        befallen = NodeOutages(env, cluster, process, options.mishaps, horizon_s)
    if progress is not None:
        env.process(_report(env, cluster, workload.span_s() / REPORTS, progress))
    env.run()
    return befallen


def _verify(cluster: Cluster, asked: Asked) -> None:
    """Check what must hold of the finished schedule."""
    if asked.terms is None or asked.rules is None:
        check_schedule(cluster.jobs, cluster.cores)
    else:
        check_schedule(cluster.jobs, cluster.cores, may_wait=True)
        check_terms(cluster.jobs, asked.terms, asked.rules.counters)


def _told(outcome: Outcome, befallen: NodeOutages, job_id: np.ndarray) -> Outcome:
    """The outcome with what broke in it and what that cost."""
    ends = befallen.cluster.jobs["end"]
    end_s = float(np.max(ends, where=np.isfinite(ends), initial=0.0))
    return replace(outcome, told=befallen.events(end_s, job_id), mishaps=befallen.figures(end_s))


def _report(
    env: simpy.Environment, cluster: Cluster, every_s: float, progress: Callable[[int, int], None]
) -> Generator[simpy.Event, None, None]:
    """Say how far the run is, at even steps of simulated time."""
    total = len(cluster.jobs)
    while cluster.ended < total and every_s > 0 and not cluster.idle:
        yield env.timeout(every_s)
        progress(cluster.ended, total)


def _arrival_order(workload: Workload) -> np.ndarray:
    """Row numbers of the workload in (submit, job id) order; equal ids keep their order."""
    return np.lexsort((workload.job_id, workload.submit_s))


def _follow_preceding(cluster: Cluster, workload: Workload, order: np.ndarray) -> None:
    """Let each job come its think time after its preceding job, where the workload has that job.

    A repeated id means its first row; a job cannot precede itself.
    """
    ids = workload.job_id[order]
    wanted = workload.preceding_job[order]
    by_id = np.argsort(ids, kind="stable")
    at = np.searchsorted(ids[by_id], wanted, side="left")
    found = (wanted >= 0) & (at < len(ids))
    parent = by_id[np.minimum(at, len(ids) - 1)]
    child = np.arange(len(ids))
    # Only an earlier row may precede: so there are no circles, however odd the trace is.
    found &= (ids[parent] == wanted) & (parent < child)
    think = np.nan_to_num(np.maximum(workload.think_time_s[order][found], 0.0))
    cluster.follow(parent[found], child[found], think, whatever_submit=True)
