"""A workload in figures: what `hpcsim workload describe` shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from .workload import Workload

PERCENTILES = (0, 25, 50, 75, 90, 95, 99, 100)
DAY_S = 86400.0


def describe(workload: Workload) -> dict[str, Any]:
    """Figures with the unit in the name; None where the trace does not say enough.

    `offered_load` is work / (machine cores * span); accuracy is min(runtime, limit) / limit.
    """
    w = workload
    load = w.offered_load(w.machine_cores) if w.machine_cores else None
    used = np.minimum(w.runtime_s, w.limit_s)
    return {
        "name": w.name,
        "jobs": len(w),
        "machine_cores": w.machine_cores,
        "start_epoch_s": w.start_epoch_s,
        "first_submit_s": float(w.submit_s[0]),
        "last_submit_s": float(w.submit_s[-1]),
        "span_days": w.span_s() / DAY_S,
        "jobs_per_day": len(w) / (w.span_s() / DAY_S) if w.span_s() > 0 else None,
        "work_core_hours": w.work() / 3600,
        "offered_load": load if load is not None and np.isfinite(load) else None,
        "users": _distinct(w.user),
        "groups": _distinct(w.group),
        "queues": _distinct(w.queue),
        "partitions": _distinct(w.partition),
        "dependent_jobs": int(np.count_nonzero(w.preceding_job >= 0)),
        "serial_share": float(np.mean(w.cores == 1)),
        "power_of_two_share": float(np.mean((w.cores & (w.cores - 1)) == 0)),
        "cores": percentiles(w.cores),
        "runtime_s": percentiles(w.runtime_s),
        "limit_s": percentiles(w.limit_s),
        "gap_s": percentiles(np.diff(w.submit_s)),
        "estimates": _estimates(w.limit_s, used),
        "recorded_wait_s": percentiles(w.recorded_wait_s),
        "bytes_per_job": w.nbytes / len(w),
    }


def percentiles(values: np.ndarray) -> dict[str, float | None] | None:
    """Mean and percentiles of what is known (p0 is the minimum); None where nothing is.

    A percentile that is infinite (no limit) is None.
    """
    known = values[~np.isnan(values)].astype(np.float64)
    if not len(known):
        return None
    at = np.percentile(known, PERCENTILES, method="lower")
    figures = {"mean": float(known.mean())}
    figures |= {f"p{p}": float(v) for p, v in zip(PERCENTILES, at, strict=True)}
    return {k: v if np.isfinite(v) else None for k, v in figures.items()}


def _estimates(limit_s: np.ndarray, used: np.ndarray) -> dict[str, float | int] | None:
    """How well limits foretell run times, over jobs with a limit of some length."""
    limited = np.isfinite(limit_s) & (limit_s > 0)
    if not limited.any():
        return None
    limits = limit_s[limited]
    values, counts = np.unique(limits, return_counts=True)
    return {
        "jobs_with_limit": int(np.count_nonzero(limited)),
        "mean_accuracy": float(np.mean(used[limited] / limits)),
        "cut_share": float(np.mean(used[limited] == limits)),
        "distinct_values": len(values),
        "top20_share": float(np.sort(counts)[-20:].sum() / len(limits)),
    }


def _distinct(codes: np.ndarray) -> int | None:
    known = np.unique(codes[codes >= 0])
    return len(known) or None
