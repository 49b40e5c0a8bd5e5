"""The figures of one run, flat: those of its summary, of its classes, and of chosen jobs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from hpcsim import metrics
from hpcsim.metrics.distribution import quantile
from hpcsim.metrics.groups import measure
from hpcsim.metrics.records import numbers
from hpcsim.metrics.select import DERIVED, labelled, selected
from hpcsim.metrics.trim import inside, window

from ..statistics.batches import batched
from ..study.metric import Metric
from .subject import Measured

GROUPED = ("class", "account")
SETTINGS = ("cores", "tau_s", "warmup_s", "cooldown_s")
_OF_GROUPS = (
    "jobs", "core_h", "mean_wait_s", "median_wait_s", "p90_wait_s", "p95_wait_s", "p99_wait_s",
    "max_wait_s", "mean_turnaround_s", "p95_turnaround_s", "mean_bounded_slowdown",
    "p95_bounded_slowdown",
)  # fmt: skip
_MOST_GROUPS = 50


def measured(
    jobs: pa.Table,
    cores: int,
    wanted: Sequence[Metric],
    *,
    centre: Mapping[str, Mapping[str, Any]] | None = None,
    warmup_s: float = 0.0,
    cooldown_s: float = 0.0,
    alone: bool = False,
) -> Measured:
    """The figures of a run from its jobs and, for a centre, from its subsystems.

    Figures of the centre are named `storage.warm_fill`; those of classes and accounts, and those
    of chosen jobs in `wanted`, as they are asked for: `p95_wait_s[class=clinical]`.
    """
    summary = metrics.summarize(jobs, cores=cores, warmup_s=warmup_s, cooldown_s=cooldown_s)
    figures = {name: _number(value) for name, value in summary.items() if name not in SETTINGS}
    figures |= of_subsystems(centre or {})
    counted = _trimmed(jobs, warmup_s, cooldown_s)
    figures |= _of_groups(counted)
    missing = [metric for metric in wanted if metric.where and str(metric) not in figures]
    figures |= _of_some(counted, cores, missing)
    return Measured(figures, _own_intervals(counted) if alone else {})


def of_subsystems(centre: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """What the subsystems of a centre tell in numbers, as `storage.warm_fill`."""
    return {
        f"{subsystem}.{name}": _number(value)
        for subsystem, found in centre.items()
        for name, value in found.items()
        if not isinstance(value, str)
    }


def _trimmed(jobs: pa.Table, warmup_s: float, cooldown_s: float) -> pa.Table:
    if not (warmup_s or cooldown_s):
        return jobs
    submit_s = numbers(jobs, "submit_s")
    kept = window(submit_s, numbers(jobs, "end_s"), warmup_s, cooldown_s)
    return jobs.filter(pa.array(inside(submit_s, kept)))


def _of_groups(jobs: pa.Table) -> dict[str, float]:
    """The figures of each class and account that has had jobs, where there are several."""
    found: dict[str, float] = {}
    ranked = None
    for name in GROUPED:
        if DERIVED.get(name, name) not in jobs.column_names:
            continue
        column = labelled(jobs, name)
        if not 1 < len(column.unique()) <= _MOST_GROUPS:
            continue
        ranked = ranked or measure(jobs)
        table = metrics.grouped(jobs.append_column("group", column), "group", measured=ranked)
        for row in table.to_pylist():
            for figure in _OF_GROUPS:
                found[f"{figure}[{name}={row['group']}]"] = _number(row[figure])
    return found


def _of_some(jobs: pa.Table, cores: int, wanted: Sequence[Metric]) -> dict[str, float]:
    """The figures of chosen jobs that are asked for; NaN where there are none."""
    found: dict[str, float] = {}
    for where in dict.fromkeys(metric.where for metric in wanted):
        some = selected(jobs, dict(where))
        summary = metrics.summarize(some, cores=cores) if some.num_rows else {}
        for metric in wanted:
            if metric.where == where:
                found[str(metric)] = _number(summary.get(metric.name))
    return found


def _own_intervals(jobs: pa.Table) -> dict[str, tuple[float, float]]:
    """What one run can say of its own uncertainty: batches of its jobs in order of submission."""
    submit_s = numbers(jobs, "submit_s")
    order = np.argsort(submit_s, kind="stable")
    waits = (numbers(jobs, "start_s") - submit_s)[order]
    taken = (numbers(jobs, "end_s") - submit_s)[order]
    found = {}
    for name, values in (("wait_s", waits), ("turnaround_s", taken)):
        for label, share in (("mean", None), ("median", 0.5), ("p90", 0.9), ("p95", 0.95)):
            said = None if share is None else _quantile_of(share)
            estimate = batched(values, said)
            if math.isfinite(estimate.half_width):
                found[f"{label}_{name}"] = (estimate.low, estimate.high)
    return found


def _quantile_of(share: float) -> Any:
    return lambda values: quantile(np.sort(values), share)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
