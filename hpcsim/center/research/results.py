"""What research leaves behind: classes, accounts, figures, and what must hold of its jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hpcsim.units import DAY_S, HOUR_S

from ..contract import Figures, FloatArray, InvariantError
from .jobs import Fate

if TYPE_CHECKING:
    from .research import Research


def check(research: Research) -> None:
    """Raise InvariantError unless each job is not yet here, waiting, running or ended."""
    ends, jobs = research.ends, research.jobs
    came, began, over = (~np.isnan(times) for times in ends)
    if (began & ~came).any() or (over & ~began).any():
        raise InvariantError("a research job started before it came, or ended before it started")
    for first, second in ((ends.arrival_s, ends.start_s), (ends.start_s, ends.end_s)):
        if (first > second).any():
            raise InvariantError("a research job's times are not in order")
    follows = (jobs.parent >= 0) & came
    parents = ends.end_s[jobs.parent[follows]]
    if not (ends.arrival_s[follows] >= parents).all():
        raise InvariantError("a research job came before the one that it follows had ended")
    counted = int(over.sum() + (began & ~over).sum() + (came & ~began).sum() + (~came).sum())
    if counted != len(jobs):
        raise InvariantError(f"{counted} of {len(jobs)} research jobs are accounted for")
    paid = sum(row["core_h"] for row in _accounts(research).to_pylist())
    used = float(used_core_h(research).sum())
    if abs(paid - used) > 1e-9 * max(used, 1.0):
        raise InvariantError(f"{used} core-hours were used, {paid} are in the accounts")


def used_core_h(research: Research) -> FloatArray:
    """Core-hours that each job has used by now."""
    ends = research.ends
    until = np.where(np.isnan(ends.end_s), research.env.now, ends.end_s)
    held = np.where(np.isnan(ends.start_s), 0.0, until - ends.start_s)
    return held * research.jobs.cores / HOUR_S


def tables(research: Research) -> dict[str, pa.Table]:
    """A row a class, and a row an account."""
    return {"research_classes": _classes(research), "research_accounts": _accounts(research)}


def _classes(research: Research) -> pa.Table:
    jobs, ends = research.jobs, research.ends
    names = list(research.settings.classes)
    if research.settings.trace is not None:
        names = ["trace", *names[1:]]
    waits = ends.start_s - ends.arrival_s
    began = ~np.isnan(waits)
    came = ~np.isnan(ends.arrival_s)

    def sums(weights: FloatArray) -> FloatArray:
        return _sums(jobs.job_class, weights, len(names))

    started = sums(began.astype(np.float64))
    mean = np.divide(sums(np.where(began, waits, 0.0)), started, where=started > 0, out=started * 0)
    return pa.table(
        {
            "class": pa.array(names, pa.string()),
            "jobs": pa.array(sums(came.astype(np.float64)).astype(np.int64)),
            "core_h": sums(used_core_h(research)),
            "mean_wait_h": pa.array(mean / HOUR_S, mask=started == 0),
        }
    )


def _accounts(research: Research) -> pa.Table:
    jobs, accounts = research.jobs, research.settings.accounts
    used = _sums(jobs.account, used_core_h(research), len(accounts))
    came = (~np.isnan(research.ends.arrival_s)).astype(np.float64)
    price = np.array([account.yuan_per_core_h for account in accounts.values()])
    return pa.table(
        {
            "account": pa.array(list(accounts), pa.string()),
            "partner": pa.array([account.partner for account in accounts.values()], pa.bool_()),
            "jobs": pa.array(_sums(jobs.account, came, len(accounts)).astype(np.int64)),
            "core_h": used,
            "yuan": used * price,
        }
    )


def _sums(code: np.ndarray, weights: FloatArray, groups: int) -> FloatArray:
    return np.bincount(code, weights, minlength=groups).astype(np.float64)


def figures(research: Research) -> Figures:
    """Headline figures."""
    jobs, ends, now = research.jobs, research.ends, research.env.now
    days = max(now / DAY_S, 1e-12)
    came, began, over = (~np.isnan(times) for times in ends)
    used = float(used_core_h(research).sum())
    capacity_h = research.settings.machine_cores * days * 24
    asked = float(jobs.core_h[came].sum())
    found: Figures = {
        "jobs_came": int(came.sum()),
        "jobs_per_day": float(came.sum()) / days,
        "jobs_ended": int(over.sum()),
        "jobs_waiting": int((came & ~began).sum()),
        "jobs_running": int((began & ~over).sum()),
        "jobs_not_sent_yet": int((~came).sum()),
        "users": len(np.unique(jobs.user[came])),
        "core_h": used,
        "core_h_asked": asked,
        "utilization": used / capacity_h,
        "utilization_asked": asked / capacity_h,
    }
    if over.any():
        fates = jobs.fate[over]
        found["failed_share"] = float((fates != Fate.COMPLETED).mean())
        for fate in list(Fate)[1:]:
            found[f"jobs_{fate.name.lower()}"] = int((fates == fate).sum())
        found |= _accuracy(research, over)
    waits = (ends.start_s - ends.arrival_s)[began]
    if waits.size:
        found["wait_mean_h"] = float(waits.mean()) / HOUR_S
        found["wait_p95_h"] = float(np.quantile(waits, 0.95)) / HOUR_S
    accounts = _accounts(research).to_pylist()
    found["income_yuan"] = sum(row["yuan"] for row in accounts)
    found["partner_income_yuan"] = sum(row["yuan"] for row in accounts if row["partner"])
    return found


def _accuracy(research: Research, over: np.ndarray) -> Figures:
    jobs, ends = research.jobs, research.ends
    limits: FloatArray = jobs.limit_s[over]
    ran = (ends.end_s - ends.start_s)[over]
    known = np.isfinite(limits) & (limits > 0)
    if not known.any():
        return {}
    return {"request_accuracy_mean": float((ran[known] / limits[known]).mean())}
