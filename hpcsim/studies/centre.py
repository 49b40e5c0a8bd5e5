"""One run of a scenario: the world, its figures, its folder."""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from hpcsim import __version__, metrics
from hpcsim.calibration import Calibration
from hpcsim.center.calendar import Calendar
from hpcsim.center.contract import Figures, marks
from hpcsim.metrics.run_power import RunPower, with_power
from hpcsim.simulation.centre_events import centre_events
from hpcsim.simulation.electricity import Drawn
from hpcsim.simulation.folder import RunFolder
from hpcsim.simulation.scenario import SUBSYSTEMS, Scenario, resolved
from hpcsim.simulation.scenario.shelf import site_of
from hpcsim.simulation.world import World
from hpcsim.units import HOUR_S

from .sustained import sustained

Progress = Callable[[int, int], None]
_PACKAGES = ("numpy", "numba", "simpy", "pyarrow", "pydantic")


def run_scenario(
    scenario: Scenario,
    *,
    name: str = "scenario",
    command: Sequence[str] = (),
    verify: bool = False,
    progress: Progress | None = None,
    calibration: Calibration | None = None,
) -> RunFolder:
    """Let a scenario pass and measure it; what comes back can be written as a run folder.

    With a `calibration`, tasks run as its measurements say and the summary tells, below
    `calibration`, what the machine sustained beside its peak. With `verify`, every law of
    conservation is checked at the end (InvariantError). The summary holds the cluster's figures
    at its top level and each subsystem's below `centre`. Raises InputError where the scenario's
    parts do not go together.
    """
    began = time.perf_counter()
    world = World(scenario, calibration)
    world.run(progress)
    if verify:
        world.check()
    told, tables = _told(world), world.tables()
    schedule, run_times, calendar = world.schedule, world.run_times, world.calendar
    del world
    gc.collect()  # its cycles; the schedule, which holds the most, then goes as soon as it is read
    plain, cores = schedule.jobs(), schedule.cluster.cores
    told["jobs_per_s"] = plain.num_rows / max(told["core_wall_s"], 1e-9)
    if run_times is not None:
        told["calibration"] = sustained(run_times, plain, calendar.horizon_s)
    drawn = schedule.drawn(plain)
    del schedule
    jobs, series, power = plain, metrics.series(plain, cores), dict[str, Any]()
    if drawn is not None:
        run_power = _run_power(plain, drawn, scenario, calendar)
        jobs, series, power = with_power(run_power, jobs, series)
    summary: dict[str, Any] = metrics.summarize(plain, cores=cores) | power | told
    summary["wall_s"] = time.perf_counter() - began
    return RunFolder(
        jobs=jobs,
        series=series,
        events=centre_events(tables),
        scenario=resolved(scenario),
        provenance=provenance(scenario, name, command) | _calibrated(calibration),
        summary=summary,
        centre=tables,
    )


def _told(world: World) -> dict[str, Any]:
    """What only the world itself knows of a run: its subsystems' figures, and what it cost."""
    return {
        "horizon_days": world.scenario.horizon_days,
        "start": world.scenario.start.isoformat(),
        "events": world.cluster.events,
        "centre": {key: _plain(figures) for key, figures in world.figures().items()},
        "core_wall_s": world.core_s,
        "python_wall_s": world.python_s,
        "simulation_wall_s": world.wall_s,
    }


def _run_power(jobs: pa.Table, drawn: Drawn, scenario: Scenario, calendar: Calendar) -> RunPower:
    """The power of a run that begins at midnight of its first day, by the clock of its site."""
    site = site_of(scenario)
    midnight = datetime.combine(scenario.start, datetime.min.time(), UTC)
    start_unix_s = midnight.timestamp() - site.tariff.utc_offset_h * HOUR_S
    return RunPower(jobs, site, drawn, start_unix_s, calendar.horizon_s)


def provenance(scenario: Scenario, name: str, command: Sequence[str]) -> dict[str, Any]:
    """Where a run came from: versions, platform, what was on and what it rests on."""
    trust: dict[str, int] = {}
    for mark in marks(scenario):
        trust[mark.source[:1]] = trust.get(mark.source[:1], 0) + 1
    return {
        "hpcsim": __version__,
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
        "platform": platform.platform(),
        "scenario": name,
        "seed": scenario.seed,
        "subsystems": [each for each in SUBSYSTEMS if scenario.is_enabled(each)],
        "settings_by_source": dict(sorted(trust.items())),
        "command": list(command),
    }


def _calibrated(calibration: Calibration | None) -> dict[str, Any]:
    """What run times rest on; nothing without a calibration."""
    if calibration is None:
        return {}
    return {"calibration": calibration.provenance.model_dump(mode="json")}


def _plain(figures: Figures) -> dict[str, Any]:
    """Figures as Python's own numbers."""
    return {
        name: value.item() if hasattr(value, "item") else value for name, value in figures.items()
    }
