"""Cells of a table as numbers and names, with the line of each that is neither."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..columns import BY_NAME, CODED
from ..errors import InputError, Problem
from ..parsing.ledger import Ledger
from ..wishes import TEXTS, WISH_BY_NAME, WISHES

MOST = {"cores": 2.0**31 - 1, "nodes": 2.0**31 - 1, "array_throttle": 2.0**31 - 1} | dict.fromkeys(
    ("recorded_status", "exclusive", "held"), 127.0
)
MOST_EXACT = 2.0**53
MOST_TEXT = 10_000
NEVER_NEGATIVE = (
    "submit_s",
    "runtime_s",
    "limit_s",
    "cores",
    "memory_per_core_mib",
    "think_time_s",
    *(column.name for column in WISHES if column.name not in TEXTS and column.name != "array"),
)
WHOLE = ("job_id", "cores", "preceding_job", "recorded_status", "nodes", "exclusive", "held",
         "array", "array_throttle")  # fmt: skip


def interpret_table(
    table: Any, lines: np.ndarray, ledger: Ledger
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Columns of a workload from an Arrow table; coded columns may be float or objects (names)."""
    columns = {
        name: _values(name, table[name], lines, ledger)
        for name in table.column_names
        if name in BY_NAME or name in WISH_BY_NAME
    }
    _check(columns, lines, ledger)
    if ledger.problems:
        raise InputError(ledger.problems)
    kept = _with_work(columns, lines, ledger)
    columns = {name: values[kept] for name, values in columns.items()}
    columns["limit_s"] = _limit(columns, lines[kept], ledger)
    if "job_id" not in columns:
        columns["job_id"] = np.arange(1, len(kept) + 1)[kept]
    for name in WHOLE:
        if name in columns:
            unknown = np.isnan(columns[name])
            column = BY_NAME.get(name) or WISH_BY_NAME[name]
            said_nothing = 0 if column.unknown == 0 else -1
            columns[name] = np.where(unknown, said_nothing, columns[name]).astype(column.dtype)
    return columns, lines[kept]


def _values(name: str, column: Any, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    if name in TEXTS:
        return np.array(
            ["" if word is None else str(word)[:MOST_TEXT] for word in column.to_pylist()],
            dtype=object,
        )
    return _names(column) if name in CODED else _numbers(name, column, lines, ledger)


def _numbers(name: str, column: Any, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    """float64, NaN where there is nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..arrow import values

    try:
        numbers = pc.cast(column, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _word_by_word(name, column, lines, ledger)
    return np.array(values(numbers))


def _word_by_word(name: str, column: Any, lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    values = np.full(len(lines), np.nan)
    for row, word in enumerate(column.to_pylist()):
        try:
            values[row] = np.nan if word in (None, "") else float(word)
        except (TypeError, ValueError):
            _refuse(name, int(lines[row]), str(word), ledger)
    return values


def _refuse(name: str, line: int, word: str, ledger: Ledger) -> None:
    hint = "leave the cell empty where the value is unknown"
    problem = Problem(f"{name} is not a number", ledger.source, line, value=word, hint=hint)
    ledger.problem(problem)


def _names(column: Any) -> np.ndarray:
    """Codes (float64, -1 unknown) as they are, anything else as words ("" unknown)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from ..arrow import values

    if pa.types.is_null(column.type):
        return np.full(len(column), -1.0)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        numbers = values(pc.cast(column, pa.float64(), safe=False))
        return np.where(np.isfinite(numbers), numbers, -1.0)
    words = ["" if word is None else str(word)[:200] for word in column.to_pylist()]
    return np.array(words, dtype=object)


def _check(columns: dict[str, np.ndarray], lines: np.ndarray, ledger: Ledger) -> None:
    for name, values in columns.items():
        if name in CODED or name in TEXTS:
            continue
        most = MOST.get(name, MOST_EXACT)
        wrong = np.abs(values) > most
        if name == "limit_s":
            wrong &= ~np.isposinf(values)
        message = f"{name} is out of range"
        ledger.problem_where(wrong, lines, values, message, f"at most {most:.15g}")
        if name in NEVER_NEGATIVE:
            ledger.problem_where(values < 0, lines, values, f"negative {name}", "not negative")
        if name in WHOLE:
            broken = np.isfinite(values) & (values != np.ceil(values))
            ledger.repair_where("repaired", f"fraction of {name} rounded up", broken, lines)
            values[broken] = np.ceil(values[broken])
    for name in ("submit_s", "job_id"):
        if name in columns:
            gap = np.isnan(columns[name])
            ledger.problem_where(gap, lines, columns[name], f"no {name}", "every job has one")


def _with_work(columns: dict[str, np.ndarray], lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    no_run = np.isnan(columns["runtime_s"])
    ledger.repair_where("dropped", "job of unknown run time", no_run, lines)
    cores = columns["cores"]
    no_cores = ~no_run & (np.isnan(cores) | (cores < 1))
    ledger.repair_where("dropped", "job of unknown cores", no_cores, lines)
    kept: np.ndarray = ~(no_run | no_cores)
    return kept


def _limit(columns: dict[str, np.ndarray], lines: np.ndarray, ledger: Ledger) -> np.ndarray:
    runtime = columns["runtime_s"]
    if "limit_s" not in columns:
        ledger.repair("assumed", "no column limit_s: the limit is the run time", lines)
        return runtime
    limit = columns["limit_s"]
    open_end = np.isnan(limit)
    ledger.repair_where("assumed", "empty limit_s: no limit", open_end, lines)
    what = "run time above the limit: the job is cut at its limit when simulated"
    ledger.repair_where("noted", what, runtime > limit, lines)
    return np.where(open_end, np.inf, limit)
