"""A workflow put into a simulated time: on an empty machine, among others' jobs, or the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import Machine, shapes_of
from hpcsim.cluster.policy import Policy
from hpcsim.cluster.state import COMPLETED, UNSEEN
from hpcsim.errors import InputError, Problem
from hpcsim.simulation.asked import Asked, asked_of
from hpcsim.simulation.scenario import Scenario
from hpcsim.units import DAY_S, HOUR_S
from workloads.workload import Workload

from .asking import asks_more, refuse_more, workload_of
from .path import actual_path, critical_path
from .tasks import Floats, Tasks


@dataclass(frozen=True, eq=False)
class Followed:
    """What became of each task, in seconds from the submission; nan for what did not happen.

    `ready_s`: when all that it waits for had ended; `ideal_s`: the critical path, which is the
    makespan on a machine without end; `cores`: of the machine.
    """

    tasks: Tasks
    at_s: float
    cores: int
    ready_s: Floats
    start_s: Floats
    end_s: Floats
    ideal_s: float
    critical: list[int]

    @property
    def makespan_s(self) -> float:
        """From the submission to the last end."""
        return float(np.max(self.end_s, initial=0.0, where=~np.isnan(self.end_s)))

    @property
    def unended(self) -> int:
        """Tasks that had not ended when the scenario was over."""
        return int(np.isnan(self.end_s).sum())

    @property
    def wait_s(self) -> Floats:
        """How long each task waited for cores."""
        return self.start_s - self.ready_s

    @property
    def bound_s(self) -> float:
        """No schedule on this machine is shorter: the critical path, or the work on all cores."""
        return max(self.ideal_s, self.tasks.work_core_s() / self.cores)

    def decisive(self) -> list[int]:
        """The chain of tasks that ended last."""
        return actual_path(self.tasks, self.end_s)


def follow(
    tasks: Tasks,
    machine: Machine,
    policy: Policy,
    *,
    background: Workload | None = None,
    at_s: float = 0.0,
) -> Followed:
    """Submit `tasks` at a moment, among the jobs of `background` if there are any.

    Raises InputError for a task that does not fit the machine.
    """
    capacity = len(tasks) + len(background or ()) + 1
    asked = _asked(tasks, machine, at_s)
    if asked is None:
        cluster = Cluster(machine, policy, capacity=capacity)
    else:
        machine = asked.machine
        cluster = Cluster(machine, policy, capacity=capacity, rules=asked.rules)
    if background is not None:
        cluster.submit(
            background.submit_s,
            background.runtime_s,
            background.limit_s,
            background.cores,
            0,
            shapes_of(background.cores, background.memory_per_core_mib, machine),
        )
    if at_s > 0:
        cluster.advance(at_s)
    rows = _submit(cluster, tasks, at_s) if asked is None else _hand_in(cluster, tasks, asked, at_s)
    ideal, _ = critical_path(tasks)
    step = max(ideal / 4, HOUR_S)
    until = at_s
    while not (_all_ended(cluster, rows) or cluster.idle):
        # Steps keep the others' jobs that come long after the last task out of the run.
        until += step
        cluster.advance(until)
    return _followed(cluster, rows, tasks, at_s)


def _asked(tasks: Tasks, machine: Machine, at_s: float) -> Asked | None:
    """What the tasks ask beyond cores, memory and each other's ends; None for nothing."""
    if not asks_more(tasks):
        return None
    workload = workload_of(tasks, at_s, "")
    usual = shapes_of(workload.cores, workload.memory_per_core_mib, machine)
    return asked_of(workload, machine, usual)


def _hand_in(cluster: Cluster, tasks: Tasks, asked: Asked, at_s: float) -> range:
    submit = np.full(len(tasks), at_s)
    cores = tasks.cores.astype(np.int32)
    return cluster.submit(
        submit, tasks.runtime_s, tasks.limit_s, cores, 0, asked.shapes, terms=asked.terms
    )


def follow_in(scenario: Scenario, tasks: Tasks, at_s: float) -> Followed:
    """Submit `tasks` to the centre of a scenario, that many seconds after its first day.

    The centre runs on, a day at a time, until they have ended or its time is over. Raises
    InputError for tasks that ask for more than cores, memory and each other's ends.
    """
    from hpcsim.simulation.world import World

    refuse_more(tasks, "the machine of a scenario")
    world = World(scenario)
    horizon = world.calendar.horizon_s
    if not 0 <= at_s < horizon:
        raise InputError(
            Problem("the scenario is over by then", value=f"day {at_s / DAY_S:g}",
                    rule=f"it lasts {horizon / DAY_S:g} days", hint="give an earlier --at")
        )  # fmt: skip
    for subsystem in world.subsystems.values():
        subsystem.start()
    if at_s > 0:
        world.env.run(until=at_s)
    rows = _submit(world.cluster, tasks, at_s)
    world.process.wake()
    for until in _days(at_s, horizon):
        world.env.run(until=until)
        if _all_ended(world.cluster, rows):
            break
    return _followed(world.cluster, rows, tasks, at_s)


def _all_ended(cluster: Cluster, rows: range) -> bool:
    return bool((cluster.jobs["state"][rows.start : rows.stop] >= COMPLETED).all())


def _days(at_s: float, horizon_s: float) -> Iterator[float]:
    until = at_s
    while until < horizon_s:
        until = min(until + DAY_S, horizon_s)
        yield until


def _submit(cluster: Cluster, tasks: Tasks, at_s: float) -> range:
    each = (tasks.memory_mib / tasks.cores).astype(np.float32)
    cores = tasks.cores.astype(np.int32)
    return cluster.submit_graph(
        at_s,
        tasks.runtime_s,
        tasks.limit_s,
        cores,
        tasks.indptr,
        tasks.children,
        0,
        shapes_of(cores, each, cluster.machine),
    )


def _followed(cluster: Cluster, rows: range, tasks: Tasks, at_s: float) -> Followed:
    jobs = cluster.jobs[rows.start : rows.stop]
    ideal, critical = critical_path(tasks)
    return Followed(
        tasks=tasks,
        at_s=at_s,
        cores=cluster.cores,
        ready_s=np.where(jobs["state"] > UNSEEN, jobs["arrival"], np.nan) - at_s,
        start_s=jobs["start"] - at_s,
        end_s=jobs["end"] - at_s,
        ideal_s=ideal,
        critical=critical,
    )
