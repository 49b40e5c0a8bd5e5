"""A scenario of the centre as the subject of a study."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hpcsim.calibration import Calibration, draw
from hpcsim.center.contract import marks
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.rng import stream
from hpcsim.simulation.scenario import SUBSYSTEMS, Override, Scenario, load
from hpcsim.simulation.scenario.overrides import applied, paths
from hpcsim.simulation.scenario.shelf import site_of
from hpcsim.simulation.world import World
from hpcsim.site.read import validate
from hpcsim.site.toml import Document
from hpcsim.units import DAY_S

from ..study.metric import Metric
from .figures import measured, of_subsystems
from .subject import Assumption, Known, Measured, columns_known

NODES = "cluster.nodes"
_PROBE_DAYS = 1.0
_MOST_HINT = 500  # characters of names in a message


@dataclass(frozen=True)
class Centre:
    """A scenario; jobs sent in its first `warmup_days` are left out of the jobs' figures.

    With a `calibration`, each run has a machine of its own, drawn from the calibration's intervals
    by the run's seed: two policies meet the same machines as they meet the same demand.
    """

    name: str
    scenario: Scenario
    warmup_days: float = 0.0
    calibration: Calibration | None = None

    @classmethod
    def of(cls, name: str, overrides: Sequence[Override] = (), warmup_days: float = 0.0) -> Centre:
        """The scenario that a name or file describes; InputError with every mistake."""
        scenario = load(name, overrides)
        if not 0 <= warmup_days < scenario.horizon_days:
            rule = f"from 0 to less than the {scenario.horizon_days:g} days of the scenario"
            problem = Problem("no such warm-up", value=f"{warmup_days:g} days", rule=rule)
            raise InputError(problem)
        return cls(name, scenario, warmup_days)

    @property
    def seed(self) -> int:
        """The scenario's own."""
        return self.scenario.seed

    @property
    def title(self) -> str:
        """The scenario's own, with when and how long."""
        of = self.scenario
        return f"{of.title}, {of.horizon_days:g} days from {of.start} under {of.policy}"

    def changed(self, changes: Mapping[str, Any]) -> Centre:
        """The scenario with values put in by path."""
        if not changes:
            return self
        overrides = [Override(tuple(path.split(".")), value) for path, value in changes.items()]
        data = self.scenario.model_dump()
        data = applied(data, overrides, data)
        scenario = validate(Scenario, Document(data, f"{self.name} as varied", {}))
        site_of(scenario)  # tells what is wrong with a site that was changed
        return replace(self, scenario=scenario)

    def today(self, path: str) -> Any:
        """The value at a path; for `cluster.nodes` how many of the commonest type there are."""
        if path == NODES:
            return site_of(self.scenario).commonest_node_type.count
        here: Any = self._data()
        for piece in path.split("."):
            if not isinstance(here, Mapping) or piece not in here:
                raise InputError(self._unknown(path))
            here = here[piece]
        return here

    def _unknown(self, path: str) -> Problem:
        """What a path may have meant; else, of the hundreds there are, those of its own branch."""
        every = self.paths()
        hint = nearest(path, every)
        if len(hint) > _MOST_HINT:
            branch = path
            while branch and not any(each.startswith(branch + ".") for each in every):
                branch = branch.rpartition(".")[0]
            above = f"{branch}." if branch else ""
            below = [each.removeprefix(above) for each in every if each.startswith(above)]
            names = [each.partition(".") for each in below]
            hint = f"{branch or 'a scenario'} has: "
            hint += ", ".join(dict.fromkeys(name + (dot and ".*") for name, dot, _ in names))
        return Problem("no such value of a scenario", value=path, hint=hint)

    def paths(self) -> list[str]:
        """The paths whose values are numbers."""
        found = [NODES]
        data = self._data()
        for path in paths(data):
            here: Any = data
            for piece in path:
                here = here[piece]
            if isinstance(here, int | float) and not isinstance(here, bool):
                found.append(".".join(path))
        return found

    def described(self) -> dict[str, Any]:
        """Every value of the scenario but its seed, which each run has of its own."""
        data = self.scenario.model_dump(mode="json", exclude={"seed"})
        found = {"scenario": self.name, "warmup_days": self.warmup_days, "settings": data}
        if self.calibration is not None:
            found["calibration"] = self.calibration.model_dump(mode="json", exclude_none=True)
        return found

    def measure(self, seed: int, wanted: Sequence[Metric], *, alone: bool = False) -> Measured:
        """One run of the world, measured."""
        machine = self.calibration
        if machine is not None:
            machine = draw(machine, stream(seed, "calibration"))
        world = World(self.scenario.model_copy(update={"seed": seed}), machine)
        world.run()
        figures, schedule = world.figures(), world.schedule
        del world
        gc.collect()  # or a worker of many runs would hold the worlds of several
        jobs, cores = schedule.jobs(), schedule.cluster.cores
        del schedule  # the cluster's rows hold the most; what is told of jobs comes on top
        return measured(
            jobs,
            cores,
            wanted,
            centre=figures,
            warmup_s=self.warmup_days * DAY_S,
            alone=alone,
        )

    def known(self, wanted: Sequence[Metric] = ()) -> Known:
        """From the first day; what is wanted and takes longer to appear, from its subsystem alone.

        A turnaround is known when the first sample has come back.
        """
        days = min(self.scenario.horizon_days, _PROBE_DAYS)
        world = World(self.scenario.model_copy(update={"horizon_days": days}))
        world.run()
        jobs = world.jobs()
        first = measured(jobs, world.cluster.cores, (), centre=world.figures())
        found = dict.fromkeys(first.figures)
        later = {each.name.partition(".")[0] for each in wanted if each.name not in found}
        for subsystem in SUBSYSTEMS:
            if subsystem in later and self.scenario.is_enabled(subsystem):
                alone = World(self.scenario.only((subsystem,)))
                alone.run()
                found |= dict.fromkeys(of_subsystems(alone.figures()))
        return Known(tuple(found), columns_known(jobs))

    def assumptions(self) -> list[Assumption]:
        """The marked settings of all subsystems that are there, and of the machine."""
        found = []
        for mark in marks(self.scenario):
            section = mark.path.split(".")
            name = section[1] if section[0] == "demand" and len(section) > 2 else section[0]
            if name in SUBSYSTEMS and not self.scenario.is_enabled(name):
                continue
            if not isinstance(mark.value, int | float | str):
                continue
            what = mark.what.partition(" [")[0]
            found.append(Assumption(mark.path, mark.value, mark.unit, mark.source, what, mark.span))
        return found

    def _data(self) -> dict[str, Any]:
        """The scenario with its site spelled out, node types and tiers by name."""
        data = self.scenario.model_dump()
        site = site_of(self.scenario)
        nodes = {kind.name: kind.model_dump(exclude={"name"}) for kind in site.nodes}
        return data | {"site": {"nodes": nodes}}
