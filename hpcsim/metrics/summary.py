"""The figures of summary.json: every family of metrics over one jobs table."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from workloads.arrow import column, values

from .backlog import backlog_figures
from .fairness import fairness_figures
from .intervals import intervals
from .loss_of_capacity import loss_of_capacity
from .recorded import recorded_figures
from .records import Records, codes, has, in_states, may_run_s, numbers, records
from .slowdown import TAU_S, bounded_slowdown, slowdown_figures
from .throughput import makespan_s, throughput_jobs_per_day
from .trim import Window, inside, window
from .utilization import utilization
from .waits import turnaround_figures, turnaround_s, wait_figures, wait_s

_COUNTS = ("users", "max_queued_jobs", "max_queued_cores", "recorded_jobs")


def summarize(
    jobs: pa.Table,
    *,
    cores: int,
    tau_s: float = TAU_S,
    warmup_s: float = 0.0,
    cooldown_s: float = 0.0,
) -> dict[str, Any]:
    """The figures of a run on `cores` cores, keyed by name with unit, in a fixed order.

    `jobs` is a jobs table (see `hpcsim.simulation.folder`). With a warm-up or cool-down (seconds)
    only jobs submitted inside the window count, and the machine only between its edges. What
    cannot be said (the mean wait of no jobs) is None. InputError if nothing is left to measure.
    """
    everything = records(jobs)
    measured = window(everything.submit_s, everything.end_s, warmup_s, cooldown_s)
    counted = jobs
    if warmup_s or cooldown_s:
        counted = jobs.filter(column(inside(everything.submit_s, measured)))
    figures: dict[str, Any] = {
        **_counts(counted),
        "cores": cores,
        **_of_jobs(counted, tau_s),
        **_of_machine(jobs, everything, cores, measured),
        "tau_s": tau_s,
        "warmup_s": warmup_s,
        "cooldown_s": cooldown_s,
    }
    return {name: _sayable(name, value) for name, value in figures.items()}


def _counts(jobs: pa.Table) -> dict[str, int]:
    timeout = in_states(jobs, ["TIMEOUT"])
    started = ~np.isnan(numbers(jobs, "start_s"))
    removed = in_states(jobs, ["CANCELLED", "DEADLINE"]) & ~started
    passed = values(jobs.column("backfilled"))
    return {
        "jobs": jobs.num_rows,
        "started_jobs": int(np.count_nonzero(started)),
        "timeout_jobs": int(np.count_nonzero(timeout)),
        "waiting_jobs": int(np.count_nonzero(~started & ~removed)),
        "removed_jobs": int(np.count_nonzero(removed)),
        "backfilled_jobs": int(np.count_nonzero(passed)),
    }


def _of_jobs(jobs: pa.Table, tau_s: float) -> dict[str, float]:
    """What the jobs met: waits, turnarounds, slowdowns, fairness, the recorded waits."""
    seen = records(jobs)
    waits = wait_s(seen.submit_s, seen.start_s)
    ended = ~np.isnan(seen.run_s)
    slowdowns = bounded_slowdown(waits[ended], seen.run_s[ended], tau_s)
    figures = {
        **wait_figures(waits[~np.isnan(waits)]),
        **turnaround_figures(turnaround_s(seen.submit_s, seen.end_s)[ended]),
        **slowdown_figures(slowdowns),
    }
    if has(jobs, "user"):
        figures |= fairness_figures(codes(jobs, "user")[0][ended], slowdowns)
    if has(jobs, "recorded_wait_s"):
        recorded = numbers(jobs, "recorded_wait_s")
        figures |= recorded_figures(waits, recorded, seen.run_s, tau_s)
    return figures


def _of_machine(jobs: pa.Table, seen: Records, cores: int, measured: Window) -> dict[str, float]:
    """What the machine did between two moments, whoever's jobs it ran."""
    begin_s, finish_s = measured.begin_s, measured.finish_s
    through_time = intervals(
        seen.submit_s,
        seen.start_s,
        seen.end_s,
        seen.cores,
        may_run_s(jobs),
        cores,
        np.array([begin_s, finish_s]),
    )
    idle = float(through_time.idle_while_queued_core_s.sum())
    return {
        "makespan_s": makespan_s(seen.submit_s, seen.end_s),
        "utilization": utilization(seen.start_s, seen.end_s, seen.cores, cores, begin_s, finish_s),
        "loss_of_capacity": loss_of_capacity(idle, cores, begin_s, finish_s),
        "throughput_jobs_per_day": throughput_jobs_per_day(seen.end_s, begin_s, finish_s),
        **backlog_figures(through_time),
    }


def _sayable(name: str, value: Any) -> Any:
    """`value` with NaN as None, and a count as a whole number."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return int(value) if name in _COUNTS else value
