"""One run from demand to run folder: simulate, measure, keep."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from hpcsim import __version__, metrics
from hpcsim.errors import InputError, Problem
from hpcsim.simulation.folder import RunFolder
from hpcsim.simulation.replay import Options, Outcome, replay
from hpcsim.units import HOUR_S

from .demand import Demand

_EVENTS = pa.schema([("time_s", pa.float64()), ("kind", pa.string()), ("what", pa.string())])
_PACKAGES = ("numpy", "numba", "simpy", "pyarrow")


def run_once(
    demand: Demand,
    options: Options,
    *,
    command: Sequence[str] = (),
    warmup_s: float = 0.0,
    cooldown_s: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> RunFolder:
    """Run `demand` and measure it; what comes back can be written as a run folder.

    `progress(ended, jobs)` is called now and then. Raises InputError.
    """
    began = time.perf_counter()
    _check_trim(warmup_s, cooldown_s)
    outcome = replay(demand.workload, options, progress=progress)
    summary = metrics.summarize(
        outcome.jobs, cores=outcome.cores, warmup_s=warmup_s, cooldown_s=cooldown_s
    )
    series = metrics.series(outcome.jobs, outcome.cores)
    jobs, series, power = _with_power(outcome, options, series, demand.workload.start_epoch_s)
    return RunFolder(
        jobs=jobs,
        series=series,
        events=pa.Table.from_batches([], _EVENTS) if outcome.told is None else outcome.told,
        scenario=scenario_of(demand, options),
        provenance=provenance_of(demand, command),
        summary={
            **summary,
            **_failures(outcome),
            **power,
            **_preempted(outcome),
            **_speed(outcome, time.perf_counter() - began),
        },
    )


def scenario_of(demand: Demand, options: Options) -> dict[str, Any]:
    """The run as it was resolved, every default written out."""
    return {
        "workload": {**demand.origin, "jobs": len(demand.workload)},
        "cluster": {"cores": options.cores, **_nodes(options)},
        "policy": {
            "name": options.policy.name,
            "order": options.policy.order,
            "backfill": options.policy.backfill,
            "scan": "estimate" if options.policy.by_estimate else "queue",
            "cycle": options.cycle,
            "estimates": options.estimates,
            "feedback": options.feedback,
        },
        **_mishaps(options),
    }


def _mishaps(options: Options) -> dict[str, Any]:
    found = options.mishaps
    if found is None:
        return {}
    return {
        "failures": {
            "drawn": found.failures,
            "events": found.events.name if found.events is not None else "",
            "seed": found.seed,
            "requeues": found.requeues,
            "checkpoint": found.checkpoint,
            "checkpoint_s": found.write_s,
            "restart_s": found.restart_s,
            "failing_share": found.failing,
            "out_of_memory_share": found.hungry,
        }
    }


def _nodes(options: Options) -> dict[str, Any]:
    if options.machine is None:
        return {}
    return {"nodes": len(options.machine.cores), "placement": options.placement}


def provenance_of(demand: Demand, command: Sequence[str]) -> dict[str, Any]:
    """Where a run came from: versions, platform, input and what was repaired in it."""
    return {
        "hpcsim": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "input": dict(demand.origin),
        "repairs": demand.repairs,
        "command": list(command),
    }


def _check_trim(warmup_s: float, cooldown_s: float) -> None:
    problems = [
        Problem(f"{name} is a time of at least 0 seconds", value=str(value))
        for name, value in (("warm-up", warmup_s), ("cool-down", cooldown_s))
        if not 0 <= value < math.inf
    ]
    if problems:
        raise InputError(problems)


def _with_power(
    outcome: Outcome, options: Options, series: pa.Table, start_unix_s: float | None
) -> tuple[pa.Table, pa.Table, dict[str, Any]]:
    """Jobs and series with their columns of energy, and the figures of it, where it was counted."""
    if outcome.drawn is None or options.power is None:
        return outcome.jobs, series, {}
    from hpcsim.metrics.run_power import RunPower, with_power

    counted = RunPower(outcome.jobs, options.power.site, outcome.drawn, start_unix_s)
    return with_power(counted, outcome.jobs, series)


def _failures(outcome: Outcome) -> Mapping[str, Any]:
    return {"failures": dict(outcome.mishaps)} if outcome.mishaps else {}


def _preempted(outcome: Outcome) -> Mapping[str, float]:
    if not outcome.preemptions:
        return {}
    return {
        "preemptions": outcome.preemptions,
        "preempted_core_h": outcome.preempted_core_s / HOUR_S,
    }


def _speed(outcome: Outcome, wall_s: float) -> Mapping[str, float]:
    return {
        "events": outcome.events,
        "core_wall_s": outcome.core_wall_s,
        "wall_s": wall_s,
        "jobs_per_s": outcome.jobs.num_rows / max(outcome.core_wall_s, 1e-9),
    }
