"""What a section of the centre's report is made of, and how its figures are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .. import words
from ..simulation.folder import RunFolder
from .html import Picture, Table

Figures = Mapping[str, Any]
MILLION = 1e6
_SHARES = (
    "fill",
    "utilization",
    "within_promise",
    "use",
    "asked",
    "availability",
    "share",
    "share_claimed",
)


@dataclass(frozen=True)
class Section:
    """One subsystem on the page."""

    title: str
    text: str
    figures: Sequence[tuple[str, str]] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()


def figures_of(run: RunFolder, subsystem: str) -> Figures:
    """The figures of a subsystem; none where it was not there."""
    centre = run.summary.get("centre")
    found = centre.get(subsystem) if isinstance(centre, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def shown(figures: Figures, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value) of those figures that are there, in the order of `names`."""
    return [(label, written(key, figures[key])) for key, label in names.items() if key in figures]


def written(key: str, value: Any) -> str:
    """A figure with the unit that its name says."""
    if value is None:
        return words.NOTHING
    if isinstance(value, str | bool):
        return str(value)[:200]
    number = float(value)
    if key.endswith("_bytes"):
        return _bytes(number)
    if key.endswith(_SHARES):
        return words.share(number)
    if abs(number) >= MILLION and _unit(key):
        return f"{number / MILLION:,.1f} M{_unit(key)}"
    if _unit(key):
        return f"{words.number(number)}{_unit(key)}"
    return words.count(number) if float(number).is_integer() else words.number(number)


def _bytes(number: float) -> str:
    for size, unit in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB")):
        if abs(number) >= size:
            return f"{words.number(number / size)} {unit}"
    return f"{words.number(number)} B"


def _unit(key: str) -> str:
    return next((f" {unit}" for ending, unit in _UNITS.items() if key.endswith(ending)), "")


_UNITS = {
    "pb_per_year": "PB a year",
    "tb_per_year": "TB a year",
    "gb_per_day": "GB a day",
    "core_h_per_day": "core-hours a day",
    "yuan_per_year": "yuan",
    "per_day": "a day",
    "per_s": "a second",
    "mean_h": "h",
    "p95_h": "h",
    "longest_h": "h",
    "wait_h": "h",
    "mean_days": "days",
    "p95_days": "days",
    "working_days": "working days",
    "_pb": "PB",
    "_tb": "TB",
    "_yuan": "yuan",
    "_kwh": "kWh",
    "core_h": "core-hours",
    "yuan": "yuan",
    "_gbs": "GB/s",
    "_s": "s",
}


def table_of(
    table: pa.Table, columns: Mapping[str, str], title: str, text_columns: int = 1, most: int = 40
) -> Table:
    """The rows of a small table; `columns` are the ones shown, with their heads."""
    there = [name for name in columns if name in table.column_names]
    rows = [
        tuple(written(name, row[name]) for name in there)
        for row in table.select(there).slice(0, most).to_pylist()
    ]
    heads = tuple(columns[name] for name in there)
    return Table(heads, rows, title, frozenset(range(text_columns)))


def tables_of(
    run: RunFolder, name: str, columns: Mapping[str, str], title: str, text_columns: int = 1
) -> list[Table]:
    """That table of the run if it is there and has rows."""
    found = run.centre.get(name)
    if found is None or not found.num_rows:
        return []
    return [table_of(found, columns, title, text_columns)]
