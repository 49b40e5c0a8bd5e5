"""What every workload keeps to, as rules over whole columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .columns import COLUMNS
from .errors import Problem


def problems_of(columns: Mapping[str, np.ndarray], source: str = "") -> list[Problem]:
    """Every rule that the columns break, each with the first row that breaks it."""
    sizes = {name: values.shape for name, values in columns.items()}
    if len(set(sizes.values())) > 1 or any(len(shape) != 1 for shape in sizes.values()):
        return [Problem("columns differ in length", source, value=str(sizes))]
    wrong_types = [
        Problem(f"column {c.name} has type {columns[c.name].dtype}, not {c.dtype}", source)
        for c in COLUMNS
        if columns[c.name].dtype != c.dtype
    ]
    return wrong_types or _value_problems(columns, source)


def _value_problems(columns: Mapping[str, np.ndarray], source: str) -> list[Problem]:
    submit, runtime, limit = columns["submit_s"], columns["runtime_s"], columns["limit_s"]
    memory, think = columns["memory_per_core_mib"], columns["think_time_s"]
    unsorted = np.zeros(len(submit), dtype=bool)
    unsorted[1:] = submit[1:] < submit[:-1]
    rules = (
        ("submit_s", ~(np.isfinite(submit) & (submit >= 0)), "a finite time that is not negative"),
        ("submit_s", unsorted, "rows stand in order of submission"),
        ("runtime_s", ~(np.isfinite(runtime) & (runtime >= 0)), "a finite time, not negative"),
        ("limit_s", ~(limit >= 0), "a time that is not negative, or infinite"),
        ("cores", columns["cores"] < 1, "at least one core"),
        ("memory_per_core_mib", memory < 0, "not negative, or unknown (NaN)"),
        ("think_time_s", think < 0, "not negative, or unknown (NaN)"),
    )
    return [
        _problem(columns, name, wrong, rule, source) for name, wrong, rule in rules if wrong.any()
    ]


def _problem(
    columns: Mapping[str, np.ndarray], name: str, wrong: np.ndarray, rule: str, source: str
) -> Problem:
    row = int(np.argmax(wrong))
    message = f"{name} of job {columns['job_id'][row]} (row {row + 1}) is impossible"
    count = int(np.count_nonzero(wrong))
    if count > 1:
        message += f", and of {count - 1} more"
    return Problem(message, source, value=str(columns[name][row]), rule=rule)
