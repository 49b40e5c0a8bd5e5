"""The world of a scenario: the cluster and everything around it, on one clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Protocol

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.calibration import Calibration, RunTimes
from hpcsim.center.calendar import Calendar
from hpcsim.center.contract import Figures
from hpcsim.center.research import Research
from hpcsim.center.storage import Storage
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.flow.flows import Flows
from hpcsim.cluster.policy import CONSERVATIVE, policy
from hpcsim.cluster.rules import Rules
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.rng import stream

from .asked import maintenance_rules
from .breakdowns import Breakdowns, drawn
from .centre_schedule import CentreSchedule
from .electricity import PowerRules
from .invariants import check_ends
from .labels import Labels
from .process import ClusterProcess
from .scenario import SUBSYSTEMS, Scenario
from .scenario.shelf import site_of
from .scenario_rules import ScenarioRules
from .sharing import Sharing, slowed
from .site_machine import machine_of
from .submissions import Submissions
from .timed import Timed
from .wiring import BUILDERS

REPORTS = 200
JOBS_A_DAY = 40_000  # room in the cluster; what stays untouched costs no memory
Progress = Callable[[int, int], None]


class Subsystem(Protocol):
    """What every subsystem of `hpcsim.center` can do; see docs/center.md."""

    def start(self) -> None:
        """Register its processes."""

    def records(self) -> dict[str, pa.Table]:
        """Its tables, after the run."""

    def figures(self) -> Figures:
        """Its headline figures, after the run."""

    def check(self) -> None:
        """Raise InvariantError unless everything is in exactly one place."""


class World:
    """A scenario come alive; `run` it once, then ask what came out.

    With a `calibration`, run times are those of the site's nodes by its measurements. Raises
    InputError where site, policy and demand do not go together.
    """

    def __init__(self, scenario: Scenario, calibration: Calibration | None = None) -> None:
        self.scenario = scenario
        self.env = simpy.Environment()
        self.calendar = Calendar(scenario.start, scenario.horizon_days, scenario.calendar)
        self.site = site_of(scenario)
        research = scenario.demand.research
        self.labels = Labels(list(research.classes), list(research.accounts), research.users)
        self.whose = ScenarioRules(
            self.site,
            research.accounts,
            scenario.cluster.production_partition,
            computed=policy(scenario.policy).computed,
        )
        self.run_times = None if calibration is None else RunTimes(calibration, self.site)
        timed = None
        if self.run_times is not None:
            timed = Timed(self.run_times, tuple(research.classes), research.trace is not None)
        self.subsystems: dict[str, Subsystem] = {}
        store = self._storage()
        self.cluster = self._cluster(None if store is None else store.traffic.flows)
        self.power = PowerRules(self.site) if scenario.power.enabled else None
        if self.power is not None:
            nobody = np.zeros(0, np.int32)
            self.cluster.power(
                self.power.supply(self.cluster.machine), nobody, self.calendar.horizon_s
            )
        self.process = ClusterProcess(self.env, self.cluster)
        if store is not None:
            store.traffic.drive(self.process.wake)
            self.process.listen_to_streams(store.traffic.take_ended)
        sharing = None if store is None else Sharing(store)
        self.submissions = Submissions(
            self.env, self.cluster, self.process, self.labels, timed, sharing, self.whose
        )
        for name, build in BUILDERS.items():
            if scenario.is_enabled(name):
                self.subsystems[name] = build(self, stream(scenario.seed, name))
        if scenario.cluster.nodes:
            self.subsystems["failures"] = self._breakdowns()
        self.wall_s = 0.0

    def _storage(self) -> Storage | None:
        """The storage that jobs share, where there is any and the policy can have late ends."""
        scenario = self.scenario
        if not scenario.is_enabled("storage"):
            return None
        rng = stream(scenario.seed, "storage")
        store = Storage(self.env, scenario.storage, self.calendar, rng)
        self.subsystems["storage"] = store
        return None if policy(scenario.policy).backfill == CONSERVATIVE else store

    def _cluster(self, flows: Flows | None) -> Cluster:
        scenario = self.scenario
        settings = scenario.cluster
        machine = machine_of(self.site) if settings.nodes else self.site.cores
        return Cluster(
            machine,
            policy(scenario.policy),
            cycle=settings.cycle,
            estimates=settings.estimates,
            placement=settings.placement,
            capacity=int(JOBS_A_DAY * (scenario.horizon_days + 5)),
            users=self.labels.users + len(SUBSYSTEMS),
            flows=flows,
            rules=self._rules(),
            rulebook=self.whose.rulebook,
        )

    def _rules(self) -> Rules | None:
        """Where maintenance is planned for, nodes drain before it, and nobody is stopped by it."""
        scenario = self.scenario
        if not (scenario.cluster.nodes and scenario.failures.maintenance):
            return None
        return maintenance_rules(self.site, self.calendar.horizon_s)

    def _breakdowns(self) -> Breakdowns:
        horizon_s = self.calendar.horizon_s
        rng = stream(self.scenario.seed, "failures")
        outages = drawn(self.scenario.failures, self.site, rng, horizon_s)
        return Breakdowns(self.env, self.cluster, self.process, outages, horizon_s)

    def run(self, progress: Progress | None = None) -> None:
        """Let the horizon pass; `progress(steps, of_steps)` is called some hundred times."""
        began = time.perf_counter()
        for subsystem in self.subsystems.values():
            subsystem.start()
        if progress is not None:
            self.env.process(self._report(progress))
        self.env.run(until=self.calendar.horizon_s)
        self.submissions.tell_ended()
        self.wall_s = time.perf_counter() - began

    def _report(self, progress: Progress) -> Generator[simpy.Event, None, None]:
        for step in range(REPORTS):
            progress(step, REPORTS)
            yield self.env.timeout(self.calendar.horizon_s / REPORTS)

    @property
    def core_s(self) -> float:
        """Wall seconds of the run inside the compiled core."""
        return self.cluster.core_wall_s

    @property
    def python_s(self) -> float:
        """Wall seconds of the run in everything else: SimPy's events and the subsystems."""
        return self.wall_s - self.core_s

    def check(self) -> None:
        """Raise InvariantError unless every sample, tube, lot, message, byte and job is somewhere.

        The subsystems check their own; the cluster's schedule is checked by its rows.
        """
        for subsystem in self.subsystems.values():
            subsystem.check()
        check_ends(self.cluster.jobs)

    @property
    def schedule(self) -> CentreSchedule:
        """What the cluster did; it does not hold the world."""
        broken = self.subsystems.get("failures")
        outages = broken.outages if isinstance(broken, Breakdowns) else None
        return CentreSchedule(self.cluster, self.labels, self.power, outages)

    def jobs(self) -> pa.Table:
        """A row a job that somebody has sent."""
        return self.schedule.jobs()

    def tables(self) -> dict[str, pa.Table]:
        """The histories that the subsystems keep, by name."""
        found: dict[str, pa.Table] = {}
        for subsystem in self.subsystems.values():
            found |= subsystem.records()
        return found

    def figures(self) -> dict[str, Figures]:
        """Headline figures by subsystem."""
        found = {name: subsystem.figures() for name, subsystem in self.subsystems.items()}
        if "storage" in found:
            found["storage"] |= slowed(self.cluster.jobs)
        return found

    @property
    def research(self) -> Research | None:
        """Research computing, where it is there."""
        found = self.subsystems.get("research")
        return found if isinstance(found, Research) else None


def choose(names: str) -> tuple[str, ...]:
    """`biobank,records` as subsystems; InputError names the nearest known ones."""
    chosen = tuple(name.strip() for name in names.split(",") if name.strip())
    problems = [
        Problem("there is no such subsystem", "--only", value=name, hint=nearest(name, SUBSYSTEMS))
        for name in chosen
        if name not in SUBSYSTEMS
    ]
    if problems or not chosen:
        raise InputError(
            problems or Problem("--only names no subsystem", hint=", ".join(SUBSYSTEMS))
        )
    return chosen
