"""A workload on a machine as the subject of a study: a trace, or a generator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np

import workloads
from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError, Problem, nearest
from hpcsim.simulation.replay import Options, replay
from workloads.generation import described as generator_settings

from ..demand import Demand, find_demand, machine_named
from ..study.metric import Metric
from .figures import measured
from .resample import RESAMPLINGS, resampled
from .subject import Assumption, Known, Measured, columns_known

WORKLOAD = "workload."
_PROBE_JOBS = 2000
_NUMBERS = ("cores", "load", "cycle", "warmup_s", "cooldown_s")


@dataclass(frozen=True)
class Settings:
    """How the workload is run; the options of `hpcsim simulate`."""

    cores: int | None = None
    site: str | None = None
    placement: str = "first-fit"
    policy: str = "easy"
    cycle: str | float = "event"
    estimates: str = "limit"
    feedback: bool = False
    load: float | None = None
    oversized: str = "error"
    warmup_s: float = 0.0
    cooldown_s: float = 0.0
    resampling: str | None = None


@dataclass(frozen=True)
class OnMachine:
    """A generator or a trace; what a generator is told is changed as `workload.KEY`."""

    source: str
    settings: Settings = Settings()
    seed: int = 0

    @classmethod
    def of(cls, source: str, **given: Any) -> OnMachine:
        """The workload as the command line describes it; InputError where runs would be equal."""
        subject = cls(source, Settings(**given))
        subject._check()
        return subject

    @property
    def name(self) -> str:
        """As the user called it."""
        return self.source

    @property
    def title(self) -> str:
        """The workload, its machine and its policy."""
        cores = f" on {self.settings.cores:,} cores" if self.settings.cores else ""
        return f"{self.source}{cores} under {self.settings.policy}"

    @property
    def is_drawn(self) -> bool:
        """Whether another seed gives other jobs."""
        return workloads.is_generator(self.source) or self.settings.resampling is not None

    def changed(self, changes: Mapping[str, Any]) -> OnMachine:
        """The workload with options, or settings of its generator, put in by path."""
        found = self
        problems = []
        for path, value in changes.items():
            if path not in self._known_paths():
                problems.append(self._unknown(path))
            elif path.startswith(WORKLOAD):
                source = _with(found.source, path.removeprefix(WORKLOAD), value)
                found = replace(found, source=source)
            else:
                found = replace(found, settings=replace(found.settings, **{path: value}))
        if problems:
            raise InputError(problems)
        found._check()
        return found

    def today(self, path: str) -> Any:
        """The value at a path; the machine's cores where nobody has said them."""
        if path == "cores":
            return self.settings.cores or self._demand(0).cores
        if path not in self._known_paths():
            raise InputError(self._unknown(path))
        if path.startswith(WORKLOAD):
            return _given(self.source).get(path.removeprefix(WORKLOAD), self._defaults()[path])
        return getattr(self.settings, path)

    def paths(self) -> list[str]:
        """The paths whose values are numbers."""
        return [*_NUMBERS, *(key for key in self._defaults())]

    def described(self) -> dict[str, Any]:
        """The source, its checksum where it is a file, and how it is run."""
        origin: dict[str, Any] = {}
        if not workloads.is_generator(self.source):
            origin = dict(self._demand(0).origin)
        return {"workload": self.source, **origin, **asdict(self.settings)}

    def measure(self, seed: int, wanted: Sequence[Metric], *, alone: bool = False) -> Measured:
        """One run of the workload that the seed gives."""
        return self._measured(self._demand(seed), wanted, alone)

    def known(self, wanted: Sequence[Metric] = ()) -> Known:
        """From the first jobs, which tell every figure."""
        demand = self._demand(0)
        few = np.arange(len(demand.workload)) < _PROBE_JOBS
        demand = replace(demand, workload=demand.workload.select(few))
        short = replace(self, settings=replace(self.settings, warmup_s=0.0, cooldown_s=0.0))
        jobs = short._run(demand)
        found = measured(jobs, demand.cores, ())
        return Known(tuple(found.figures), columns_known(jobs))

    def assumptions(self) -> list[Assumption]:
        """What was said of the workload and its machine, and what was left at its default."""
        found = [
            Assumption(key.removeprefix(WORKLOAD), self.today(key), "as the generator's", "A",
                       "setting of the workload")
            for key in self._defaults()
        ]  # fmt: skip
        said = asdict(self.settings)
        return [
            *found,
            *(Assumption(k, v, "", "A", "how it is run") for k, v in said.items() if v is not None),
        ]

    def _check(self) -> None:
        policy(self.settings.policy)
        if self.settings.resampling not in (None, *RESAMPLINGS):
            hint = nearest(str(self.settings.resampling), RESAMPLINGS)
            value = str(self.settings.resampling)
            raise InputError(Problem("no such way to resample", value=value, hint=hint))
        if workloads.is_generator(self.source) and "seed" in _given(self.source):
            hint = "leave the seed out of the generator; a study draws one for each run"
            raise InputError(Problem("every run would be the same", self.source, hint=hint))

    def _demand(self, seed: int) -> Demand:
        settings = self.settings
        found = find_demand(
            self.source,
            cores=settings.cores,
            load=None if settings.resampling else settings.load,
            seed=seed,
            oversized=settings.oversized,
            machine=machine_named(settings.site, settings.cores),
        )
        if settings.resampling is None:
            return found
        workload = resampled(found.workload, settings.resampling, seed)
        if settings.load is not None:
            workload = workload.with_load(settings.load, found.cores)
        return replace(found, workload=workload)

    def _run(self, demand: Demand) -> Any:
        settings = self.settings
        options = Options(
            policy(settings.policy),
            demand.cores,
            settings.cycle,
            settings.estimates,
            settings.feedback,
            machine=machine_named(settings.site, settings.cores),
            placement=settings.placement.replace("-", "_"),
        )
        return replay(demand.workload, options).jobs

    def _measured(self, demand: Demand, wanted: Sequence[Metric], alone: bool) -> Measured:
        tell = partial(measured, warmup_s=self.settings.warmup_s, alone=alone)
        return tell(self._run(demand), demand.cores, wanted, cooldown_s=self.settings.cooldown_s)

    def _defaults(self) -> dict[str, Any]:
        """The settings of the generator, by path."""
        if not workloads.is_generator(self.source):
            return {}
        found = generator_settings(self.source.partition(":")[0])
        return {WORKLOAD + key: value for key, value in found.items()}

    def _known_paths(self) -> list[str]:
        return [*(field.name for field in fields(Settings)), *self._defaults()]

    def _unknown(self, path: str) -> Problem:
        hint = nearest(path, self._known_paths())
        return Problem("no such value of a workload", value=path, hint=hint)


def _given(source: str) -> dict[str, str]:
    """What a generator is told, as texts."""
    text = source.partition(":")[2]
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _with(source: str, key: str, value: Any) -> str:
    given = _given(source) | {key: str(value)}
    return source.partition(":")[0] + ":" + ",".join(f"{k}={v}" for k, v in given.items())
