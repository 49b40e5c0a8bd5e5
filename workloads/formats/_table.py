"""What CSV and Parquet share: a workload's columns under their own names, names for codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..columns import BY_NAME, CODED, COLUMNS
from ..errors import InputError, nearest
from ..parsing.codes import Codes
from ..parsing.jobs import finish
from ..parsing.ledger import Ledger
from ..parsing.source import Source
from ..repairs import Repairs
from ..wishes import TEXTS, WISH_BY_NAME, WISHES
from ..workload import Workload
from ._table_cells import interpret_table

REQUIRED = ("submit_s", "runtime_s", "cores")


def from_table(
    table: Any, first_line: int, about: Mapping[str, Any], source: Source, ledger: Ledger
) -> tuple[Workload, Repairs]:
    """A workload from an Arrow table whose first row stands on line `first_line`.

    `about` may hold name, machine_cores and start_epoch_s. Raises InputError.
    """
    lines = np.arange(table.num_rows, dtype=np.int64) + first_line
    labels: dict[str, tuple[str, ...]] = {}
    columns, lines = interpret_table(table, lines, ledger)
    for name in (*CODED, *TEXTS):
        if name in columns:
            columns[name], labels[name] = _coded(columns[name])
    workload = finish(
        columns,
        lines,
        ledger,
        name=str(about.get("name", source.title)),
        machine_cores=about.get("machine_cores"),
        start_epoch_s=about.get("start_epoch_s"),
        labels={name: names for name, names in labels.items() if names},
    )
    return workload, ledger.repairs()


def check_names(found: list[str], source: Source, ledger: Ledger) -> None:
    """Refuse a table that lacks a needed column; tell of columns that are not a workload's."""
    for name in sorted({name for name in found if found.count(name) > 1}):
        ledger.problem(source.problem(f"column {name!r} stands there twice", 1))
    for name in REQUIRED:
        if name not in found:
            hint = nearest(name, found) if found else None
            rule = "columns needed: " + ", ".join(REQUIRED)
            ledger.problem(source.problem(f"there is no column {name}", 1, rule=rule, hint=hint))
    if ledger.problems:
        raise InputError(ledger.problems)
    for name in found:
        if name not in BY_NAME and name not in WISH_BY_NAME:
            ledger.repair("noted", f"column {name[:80]!r} is none of a workload's: not read")


def _coded(values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    codes = Codes()
    if values.dtype == object:
        codes.add(np.full(len(values), -1.0), dict(enumerate(values.tolist())))
    else:
        codes.add(values)
    return codes.finish()


def to_table(workload: Workload) -> Any:
    """An Arrow table of the columns that say something about any job; unknown is null."""
    import pyarrow as pa

    columns = {**workload.columns(), **workload.wishes}
    every = (*COLUMNS, *(c for c in WISHES if c.name in columns))
    said = [c for c in every if not c.all_unknown(columns[c.name])]
    return pa.table({c.name: _cells(workload, c.name, columns[c.name]) for c in said})


def _cells(workload: Workload, name: str, values: np.ndarray) -> Any:
    """Names where codes have them."""
    import pyarrow as pa

    from ..arrow import column

    if workload.labels.get(name) and name in (*CODED, *TEXTS):
        known, inverse = np.unique(values, return_inverse=True)
        words = [None if code < 0 else workload.label(name, code) for code in known.tolist()]
        return pa.array(words, pa.string()).take(column(inverse))
    unknown = (BY_NAME.get(name) or WISH_BY_NAME[name]).unknown
    if unknown is None:
        return column(values)
    missing = np.isnan(values) if np.isnan(unknown) else values == unknown
    return column(values, ~missing)
