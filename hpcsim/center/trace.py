"""Demand from a file instead of a model: a CSV or Parquet table, checked before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hpcsim.errors import InputError, Problem, nearest

MOST_ROWS = 5_000_000
MOST_BYTES = 1 << 30
MOST_PROBLEMS = 1000


@dataclass(frozen=True)
class Column:
    """A column of a trace: a number of at least `least`, or one of the names in `known`."""

    name: str
    known: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1e12


def read_trace(path: Path, columns: Sequence[Column]) -> dict[str, np.ndarray]:
    """The columns of a trace, ordered by the first of them (a time).

    Numbers become float64, names their index in `known`. Raises InputError with every mistake
    and its line (its row, in Parquet).
    """
    source = str(path)
    texts = _texts(path, [column.name for column in columns])
    problems: list[Problem] = []
    found = {}
    for column in columns:
        check = _names if column.known else _numbers
        found[column.name] = check(texts[column.name], column, source, problems)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    order = np.argsort(found[columns[0].name], kind="stable")
    return {name: values[order] for name, values in found.items()}


def _texts(path: Path, names: list[str]) -> dict[str, list[str]]:
    """Each column as texts; other columns are not looked at."""
    import pyarrow as pa

    source = str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(Problem(f"more than {MOST_BYTES:,} bytes", source))
        table = _parquet(path, source) if path.suffix == ".parquet" else _csv(path, names)
    except (OSError, pa.ArrowException) as error:
        raise InputError(Problem(f"cannot be read: {error}", source)) from None
    if table.num_rows > MOST_ROWS:
        raise InputError(Problem(f"more than {MOST_ROWS:,} rows", source))
    missing = [name for name in names if name not in table.column_names]
    if missing:
        rule = f"columns are {', '.join(names)}"
        shown = ", ".join(table.column_names)
        raise InputError(
            [Problem(f"there is no column {m}", source, 1, value=shown, rule=rule) for m in missing]
        )
    return {name: ["" if v is None else str(v) for v in table[name].to_pylist()] for name in names}


def _csv(path: Path, names: list[str]) -> Any:
    from pyarrow import csv, string

    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, string()))
    return csv.read_csv(path, convert_options=convert)


def _parquet(path: Path, source: str) -> Any:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        if file.metadata.num_rows > MOST_ROWS:
            raise InputError(Problem(f"more than {MOST_ROWS:,} rows", source))
        return file.read()


def _numbers(texts: list[str], column: Column, source: str, problems: list[Problem]) -> np.ndarray:
    values = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        try:
            values[row] = float(text)
        except ValueError:
            continue
    wrong = ~((values >= column.least) & (values <= column.most))
    message = f"{column.name} is no number from {column.least:g} to {column.most:g}"
    problems += [
        Problem(message, source, row + 2, value=texts[row])
        for row in np.flatnonzero(wrong)[:MOST_PROBLEMS].tolist()
    ]
    return values


def _names(texts: list[str], column: Column, source: str, problems: list[Problem]) -> np.ndarray:
    index = {name: code for code, name in enumerate(column.known)}
    codes = np.array([index.get(text.strip(), -1) for text in texts], dtype=np.int64)
    for row in np.flatnonzero(codes < 0)[:MOST_PROBLEMS].tolist():
        text = texts[row]
        message, hint = f"{column.name} is not known", nearest(text, column.known)
        problems.append(Problem(message, source, row + 2, value=text, hint=hint))
    return codes
