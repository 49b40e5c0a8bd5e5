"""The last steps of every reader: fit to the machine, order, repeated numbers, dependencies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import InputError, Problem
from ..workload import Workload
from .ledger import Ledger


def finish(
    columns: dict[str, np.ndarray],
    lines: np.ndarray,
    ledger: Ledger,
    *,
    name: str,
    machine_cores: int | None = None,
    start_epoch_s: float | None = None,
    labels: Mapping[str, tuple[str, ...]],
) -> Workload:
    """A workload from columns in the order of the file; `lines` says where each row stood."""
    if ledger.problems:
        raise InputError(ledger.problems)
    columns, lines = _fitting(columns, lines, machine_cores, ledger)
    _refuse_empty(lines, ledger)
    columns, lines = _sorted(columns, lines, ledger)
    _repeated(columns["job_id"], lines, ledger)
    if "preceding_job" in columns:
        columns["preceding_job"] = _known_before(columns, lines, ledger)
    return Workload.of(
        columns,
        name=name,
        machine_cores=machine_cores,
        start_epoch_s=start_epoch_s,
        labels=labels,
    )


def _fitting(
    columns: dict[str, np.ndarray], lines: np.ndarray, cores: int | None, ledger: Ledger
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    if cores is None or not (columns["cores"] > cores).any():
        return columns, lines
    large = columns["cores"] > cores
    if large.all():
        first = int(lines[0])
        raise InputError(
            Problem(
                f"job {columns['job_id'][0]} is larger than the machine, and so is every other",
                ledger.source,
                first,
                value=f"{columns['cores'][0]} cores",
                rule=f"the machine has {cores} cores (MaxProcs)",
                hint="correct MaxProcs in the header",
            )
        )
    ledger.repair("dropped", f"job larger than the machine of {cores:,} cores", lines[large])
    return {k: v[~large] for k, v in columns.items()}, lines[~large]


def _refuse_empty(lines: np.ndarray, ledger: Ledger) -> None:
    if len(lines):
        return
    told = "; ".join(ledger.repairs().lines())
    rule = "a trace has at least one job"
    raise InputError(Problem("no job is left", ledger.source, rule=rule, hint=told or None))


def _sorted(
    columns: dict[str, np.ndarray], lines: np.ndarray, ledger: Ledger
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    submit = columns["submit_s"]
    back = np.zeros(len(submit), dtype=bool)
    back[1:] = submit[1:] < submit[:-1]
    if not back.any():
        return columns, lines
    ledger.repair("repaired", "submitted before the line above it: lines sorted", lines[back])
    order = np.argsort(submit, kind="stable")
    return {k: v[order] for k, v in columns.items()}, lines[order]


def _repeated(job_id: np.ndarray, lines: np.ndarray, ledger: Ledger) -> None:
    if np.all(job_id[1:] > job_id[:-1]):
        return
    order = np.argsort(job_id, kind="stable")
    again = np.zeros(len(job_id), dtype=bool)
    again[order[1:]] = job_id[order[1:]] == job_id[order[:-1]]
    if again.any():
        what = "job number met before: both are kept, told apart by their order"
        ledger.repair("assumed", what, np.sort(lines[again]))


def _known_before(
    columns: Mapping[str, np.ndarray], lines: np.ndarray, ledger: Ledger
) -> np.ndarray:
    """Preceding jobs, of which those that are no earlier row are forgotten: nobody could wait."""
    wanted, job_id = columns["preceding_job"], columns["job_id"]
    asking = np.flatnonzero(wanted >= 0)
    if not len(asking):
        return wanted
    order = np.argsort(job_id, kind="stable")
    ids = job_id[order]
    place = np.minimum(np.searchsorted(ids, wanted[asking]), len(ids) - 1)
    lost = asking[(ids[place] != wanted[asking]) | (order[place] >= asking)]
    if not len(lost):
        return wanted
    what = "preceding job that is not in the trace before it, forgotten"
    ledger.repair("repaired", what, np.sort(lines[lost]))
    kept = wanted.copy()
    kept[lost] = -1
    return kept
