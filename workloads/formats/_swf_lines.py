"""Odd lines of an SWF file, one by one: more fields, other separators, names, broken numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from ..errors import Problem
from ..parsing.ledger import Ledger

FIELDS = 18
NAMEABLE = {11: "user", 12: "group", 13: "executable", 14: "queue", 15: "partition"}
FIELD_NAMES = (
    *("job number", "submit time", "wait time", "run time", "allocated processors"),
    *("average CPU time", "used memory", "requested processors", "requested time"),
    *("requested memory", "status", "user", "group", "executable", "queue", "partition"),
    *("preceding job", "think time"),
)
_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_SEVERAL = re.compile(r"(?:\d{1,15}[&,|])+(\d{1,15})")
PRECEDING = 16


@dataclass
class OddRows:
    """What could be read from odd lines."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    names: dict[int, dict[int, str]] = field(default_factory=dict)
    """By field, by row of `rows`: a name that stands where SWF has a number."""

    def values(self) -> np.ndarray:
        """(fields, lines) float64."""
        return np.array(self.rows, dtype=np.float64).reshape(len(self.rows), FIELDS).T


def read_odd(odd: list[tuple[int, bytes]], before_data: bool, ledger: Ledger) -> OddRows:
    """Read lines that are not 18 plain numbers; `before_data`: a header row may come first."""
    found = OddRows()
    for number, raw in odd:
        fields = _fields(number, raw, ledger)
        if before_data and fields and _is_column_names(fields):
            ledger.repair("repaired", "row of column names skipped", (number,))
        elif fields:
            _add(found, number, fields, ledger)
        before_data = False
    return found


def _fields(number: int, raw: bytes, ledger: Ledger) -> list[str]:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        rule, hint = "text is UTF-8", "is this an SWF trace? convert its text to UTF-8"
        shown = raw.decode("latin-1")
        message = f"byte {error.start + 1} is not UTF-8"
        ledger.problem(Problem(message, ledger.source, number, value=shown, rule=rule, hint=hint))
        return []
    fields = text.split()
    if ";" in text:
        fields = _semicolons(number, text, ledger)
    if len(fields) < FIELDS:
        ledger.problem(_short(number, text, len(fields), ledger.source))
        return []
    if len(fields) > FIELDS:
        what = f"line of {len(fields)} fields, of which the first 18 are read"
        ledger.repair("repaired", what, (number,))
    return fields[:FIELDS]


def _semicolons(number: int, text: str, ledger: Ledger) -> list[str]:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) < FIELDS:
        ledger.repair("repaired", "comment behind the fields cut off", (number,))
        return parts[0].split()
    ledger.repair("repaired", "fields separated by semicolons", (number,))
    return parts[:-1] if len(parts) == FIELDS + 1 and not parts[-1] else parts


def _short(number: int, text: str, count: int, source: str) -> Problem:
    hint = "is the line cut off, or is this not an SWF trace?"
    message = f"the line has {count} field{'' if count == 1 else 's'}"
    rule = "a line of SWF has 18 fields"
    return Problem(message, source, number, value=text, rule=rule, hint=hint)


def _is_column_names(fields: list[str]) -> bool:
    return not any(_NUMBER.fullmatch(text) for text in fields[:5])


def _add(found: OddRows, number: int, fields: list[str], ledger: Ledger) -> None:
    row = [_value(number, column, text, found, ledger) for column, text in enumerate(fields)]
    found.lines.append(number)
    found.rows.append(row)


def _value(number: int, column: int, text: str, found: OddRows, ledger: Ledger) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    several = _SEVERAL.fullmatch(text) if column == PRECEDING else None
    if several:
        what = "several preceding jobs, of which the last named counts"
        ledger.repair("repaired", what, (number,))
        return float(several[1])
    if not text:
        ledger.repair("repaired", f"empty {FIELD_NAMES[column]} read as unknown", (number,))
    elif column in NAMEABLE:
        what = f"name in place of a number of the {NAMEABLE[column]}"
        ledger.repair("repaired", what, (number,))
        found.names.setdefault(column, {})[len(found.rows)] = text[:200]
    else:
        place = f"field {column + 1} ({FIELD_NAMES[column]})"
        message = f"{place} is not a number"
        hint = "write -1 where the value is unknown"
        problem = Problem(message, ledger.source, number, value=text, rule="a number", hint=hint)
        ledger.problem(problem)
    return -1.0
