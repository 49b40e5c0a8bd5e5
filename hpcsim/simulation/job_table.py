"""The rows of a finished cluster as a table for people and programs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.policy import CONSERVATIVE
from hpcsim.cluster.reasons import NO_REASON, REASON_NAMES, RESOURCES
from hpcsim.cluster.state import COMPLETED, RUNNING, STATE_NAMES
from hpcsim.units import HOUR_S
from workloads.arrow import column, texts
from workloads.workload import Workload

from .gather import gathered
from .runs_before import runs_before

FIELDS = (
    "state", "submit", "arrival", "start", "end", "cores", "limit", "estimate", "nodes",
    "node_cores", "node_memory",
)  # fmt: skip
_CODED = ("group", "account", "queue", "partition", "executable")
_SHOWN_STATE = {"UNSEEN": "PENDING", "HELD": "PENDING"}


def job_table(workload: Workload, cluster: Cluster, rows: np.ndarray) -> pa.Table:
    """A row a job of `workload`, in its order; `rows` says where each stands in the cluster.

    `submit_s` is the moment of arrival: with feedback, when the user came back. Times of what has
    not happened are null, as is a limit that does not end.
    """
    jobs = gathered(cluster.jobs, rows, FIELDS)
    arrived = jobs["state"] > 0
    started = (jobs["state"] >= RUNNING) & ~np.isnan(jobs["start"])
    ended = jobs["state"] >= COMPLETED
    submit = np.where(arrived, jobs["arrival"], jobs["submit"])
    before = runs_before(cluster, rows)
    if before is not None:
        submit = np.where(np.isnan(before.arrival), submit, before.arrival)
    columns: dict[str, pa.Array] = {
        "job_id": column(workload.job_id),
        "submit_s": column(submit),
        "start_s": column(jobs["start"], started),
        "end_s": column(jobs["end"], ended),
        "wait_s": column(jobs["start"] - submit - (before.ran_s if before else 0.0), started),
        "cores": column(workload.cores),
        "limit_s": column(jobs["limit"], np.isfinite(jobs["limit"])),
        "runtime_s": column(workload.runtime_s),
        "state": _states(jobs["state"]),
        "user": _named(workload, "user"),
        "backfilled": column(_backfilled(cluster, rows)),
        "reason": reasons(cluster, rows),
        "estimate_s": column(jobs["estimate"], np.isfinite(jobs["estimate"])),
    }
    if cluster.machine.by_node:
        columns["nodes"] = column(jobs["nodes"])
        columns["node_cores"] = column(jobs["node_cores"])
        columns["node_memory_mib"] = column(jobs["node_memory"])
    if before is not None:
        columns["stopped_runs"] = column(before.runs)
        columns["lost_core_h"] = column(before.lost_s * jobs["cores"] / HOUR_S)
    for name in _CODED:
        if np.any(getattr(workload, name) >= 0):
            columns[name] = _named(workload, name)
    known = ~np.isnan(workload.recorded_wait_s)
    if known.any():
        columns["recorded_wait_s"] = column(workload.recorded_wait_s.astype(np.float64), known)
    return pa.table(columns)


def _states(codes: np.ndarray) -> pa.Array:
    names = [_SHOWN_STATE.get(name, name) for name in STATE_NAMES]
    known = list(dict.fromkeys(names))
    to_known = np.array([known.index(name) for name in names], np.int8)
    return pa.DictionaryArray.from_arrays(column(to_known[codes]), texts(known))


def reasons(cluster: Cluster, rows: np.ndarray) -> pa.Array:
    """What held each job longest, as Slurm's users know it; null for a job that did not wait.

    Under a plan nobody is first: every job waits for the resources of its planned start.
    """
    codes = cluster.longest_reasons()[rows]
    if cluster.policy.backfill == CONSERVATIVE:
        codes = np.where(codes == NO_REASON, codes, np.int8(RESOURCES))
    names = texts(REASON_NAMES)
    return pa.DictionaryArray.from_arrays(column(codes, codes != NO_REASON), names)


def _named(workload: Workload, name: str) -> pa.Array:
    """A coded column: its names where the workload has them, its numbers otherwise."""
    codes = getattr(workload, name)
    names = workload.labels.get(name)
    if not names:
        return column(codes)
    known = (codes >= 0) & (codes < len(names))
    indices = column(np.where(known, codes, 0), known)
    return pa.DictionaryArray.from_arrays(indices, texts(names))


def _backfilled(cluster: Cluster, rows: np.ndarray) -> np.ndarray:
    """Who started while a job that stood before it in the queue went on waiting."""
    if cluster.policy.backfill != CONSERVATIVE:
        return cluster.jobs["backfilled"][rows].astype(bool)
    # A plan has no head to pass, so it is seen afterwards: an earlier job started later.
    jobs = cluster.jobs
    order = np.lexsort((np.arange(len(jobs)), jobs["key"]))
    starts = np.where(np.isnan(jobs["start"]), np.inf, jobs["start"])[order]
    latest_before = np.maximum.accumulate(np.concatenate(([-np.inf], starts[:-1])))
    passed = np.empty(len(jobs), bool)
    passed[order] = latest_before > starts
    return passed[rows]
