"""From the numbers of SWF lines to jobs: which field counts, what is dropped, what is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..parsing.ledger import Ledger

JOB, SUBMIT, WAIT, RUN, ALLOCATED, _CPU, _USED, REQUESTED, LIMIT, MEMORY, STATUS = range(11)
USER, GROUP, EXECUTABLE, QUEUE, PARTITION, PRECEDING, THINK = range(11, 18)
MOST_EXACT = 2.0**53
MOST_CORES = 2**31 - 1
MOST_MEMORY_KIB = 2.0**34
"""16 TiB a core: what is more is a log's own unit, such as bytes."""
CANCELLED = 5
WHOLE = {JOB: "job number", ALLOCATED: "processors", REQUESTED: "processors"}


@dataclass(frozen=True)
class Meaning:
    """Jobs of a block of lines: `kept` says which of the block's rows they are."""

    kept: np.ndarray
    lines: np.ndarray
    columns: Mapping[str, np.ndarray]


def interpret(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> Meaning:
    """Jobs from (fields, lines) numbers; mistakes and repairs go into the ledger."""
    _forget_missing_ends(values)
    _check(values, lines, ledger)
    _round_up(values, lines, ledger)
    kept = _with_work(values, lines, ledger)
    return Meaning(kept, lines[kept], _columns(values[:, kept], lines[kept], ledger))


def _forget_missing_ends(values: np.ndarray) -> None:
    """A job whose end was not recorded: run time = 0 - start, which is unknown, not negative."""
    start = values[SUBMIT] + np.maximum(values[WAIT], 0)
    missing = (values[RUN] < -1) & (np.abs(values[RUN] + start) <= 1)
    values[RUN, missing] = -1


def _check(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> None:
    """Numbers that no job can have."""
    wild = np.abs(values) > MOST_EXACT
    for column in np.flatnonzero(wild.any(axis=1)).tolist():
        wrong, message = wild[column], f"field {column + 1} is out of range"
        ledger.problem_where(wrong, lines, values[column], message, "at most 2^53")
        values[column, wrong] = 0
    submit, cores = values[SUBMIT], np.maximum(values[REQUESTED], values[ALLOCATED])
    ledger.problem_where(
        submit < 0, lines, submit, "negative submit time", "seconds since the start of the log"
    )
    rule = "seconds, or -1 where it is unknown"
    for column, name in ((RUN, "run time"), (LIMIT, "requested time"), (THINK, "think time")):
        wrong = (values[column] < 0) & (values[column] != -1)
        ledger.problem_where(wrong, lines, values[column], f"negative {name}", rule)
    message = "impossible number of processors"
    ledger.problem_where(cores > MOST_CORES, lines, cores, message, f"at most {MOST_CORES:,}")


def _round_up(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> None:
    for column, name in WHOLE.items():
        rounded = np.ceil(values[column])
        broken = rounded != values[column]
        ledger.repair_where("repaired", f"fraction of {name} rounded up", broken, lines)
        values[column] = rounded
    broken = np.any(values[[SUBMIT, RUN, LIMIT]] % 1 != 0, axis=0)
    ledger.repair_where("noted", "time with a fraction of a second, kept", broken, lines)


def _with_work(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    """Rows that ever ran; the others are dropped."""
    run, allocated = values[RUN], values[ALLOCATED]
    cancelled = (values[STATUS] == CANCELLED) & (run <= 0) & (allocated <= 0)
    ledger.repair_where("dropped", "job cancelled before it started", cancelled, lines)
    no_run = ~cancelled & (run < 0)
    ledger.repair_where("dropped", "job of unknown run time", no_run, lines)
    no_cores = ~cancelled & ~no_run & (allocated <= 0) & (values[REQUESTED] <= 0)
    ledger.repair_where("dropped", "job of unknown processors", no_cores, lines)
    return ~(cancelled | no_run | no_cores)


def _columns(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> dict[str, np.ndarray]:
    return {
        "job_id": values[JOB].astype(np.int64),
        "submit_s": values[SUBMIT].copy(),
        "runtime_s": values[RUN].copy(),
        "limit_s": _limit(values, lines, ledger),
        "cores": _cores(values, lines, ledger),
        "memory_per_core_mib": _memory(values, lines, ledger),
        "preceding_job": np.where(values[PRECEDING] < 0, -1, values[PRECEDING]).astype(np.int64),
        "think_time_s": _known(values[THINK]),
        "recorded_wait_s": _wait(values, lines, ledger),
        "recorded_status": np.clip(values[STATUS], -1, 127).astype(np.int8),
    }


def _cores(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    asked, given = values[REQUESTED], values[ALLOCATED]
    what = "no processors requested (field 8): those allocated (field 5)"
    ledger.repair_where("assumed", what, asked <= 0, lines)
    differ = (asked > 0) & (given > 0) & (asked != given)
    what = "processors requested and allocated differ: those requested count"
    ledger.repair_where("noted", what, differ, lines)
    cores: np.ndarray = np.clip(np.where(asked > 0, asked, given), 0, MOST_CORES)
    return cores.astype(np.int32)


def _limit(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    run, limit = values[RUN], values[LIMIT]
    what = "no requested time (field 9): the limit is the run time"
    ledger.repair_where("assumed", what, limit <= 0, lines)
    over = (limit > 0) & (run > limit)
    what = "run time above the requested time: the job is cut at its limit when simulated"
    ledger.repair_where("noted", what, over, lines)
    return np.where(limit > 0, limit, run)


def _memory(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    asked = values[MEMORY]
    absurd = asked > MOST_MEMORY_KIB
    what = "requested memory above 16 TiB a processor (another unit than KiB?) read as unknown"
    ledger.repair_where("repaired", what, absurd, lines)
    return np.where((asked > 0) & ~absurd, asked / 1024, np.nan).astype(np.float32)


def _wait(values: np.ndarray, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    wait = values[WAIT]
    strange = (wait < 0) & (wait != -1)
    ledger.repair_where("repaired", "negative wait time read as unknown", strange, lines)
    return _known(wait)


def _known(seconds: np.ndarray) -> np.ndarray:
    return np.where(seconds >= 0, seconds, np.nan).astype(np.float32)
