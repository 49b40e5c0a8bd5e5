"""Outages from a file of events: a recorded history, or one made up for a test."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hpcsim.errors import InputError, Problem, nearest
from hpcsim.site import Site
from hpcsim.site.layout import node_names

from .outages import Outages, from_columns

MOST_EVENTS = 5_000_000
NEEDED = ("time_s", "kind", "node")
OUTAGE_RULE = "a node goes down and up in turn"

# Line in the file, and the texts of time_s, kind, node and cause.
Row = tuple[int, str, str, str, str]


def read(path: Path, site: Site) -> Outages:
    """The outages in a CSV or Parquet file of events, a row a node and event.

    Columns: `time_s` in seconds from the start, `kind` down or up, `node` as its name or its index
    in the site, and if wanted `cause`. Rows may stand in any order. A node that never comes up
    stays down. Nodes that go down in one second for one cause are one outage. Raises InputError
    with every mistake and its line (row, in Parquet).
    """
    rows = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    reading = _Reading(str(path), site)
    for row in rows:
        reading.take(row)
    return reading.outages()


class _Reading:
    """Checks row by row and keeps what is right."""

    def __init__(self, source: str, site: Site) -> None:
        self.source = source
        self.names = node_names(site)
        self.index = {name: i for i, name in enumerate(self.names)}
        self.problems: list[Problem] = []
        self.events: list[tuple[float, int, int, str, int]] = []

    def take(self, row: Row) -> None:
        """Check one row; keep it, or keep what is wrong with it."""
        line, time_text, kind, node_text, cause = row
        time, node = _time(time_text), self._node(node_text)
        if time is None:
            self._wrong(line, "time_s is no number of seconds from 0 on", time_text)
        if kind not in ("down", "up"):
            self._wrong(line, "kind is neither down nor up", kind)
        if node is None:
            hint = (
                f"nodes are 0 to {len(self.names) - 1}, or {nearest(node_text, self.names[:1000])}"
            )
            self._wrong(line, "there is no such node", node_text, hint)
        if not cause.isprintable() or len(cause) > 100:
            self._wrong(line, "cause is not a short printable text", cause)
        if time is not None and node is not None and kind in ("down", "up"):
            # Of two events in one second the up comes first, as in the simulation.
            self.events.append((time, int(kind == "down"), node, cause, line))

    def outages(self) -> Outages:
        """The kept rows as outages; InputError if any row was wrong."""
        since: dict[int, tuple[float, str]] = {}
        spells: list[tuple[float, float, int, str]] = []
        for time, down, node, cause, line in sorted(self.events):
            if bool(down) == (node in since):
                state = "down" if down else "up"
                self._wrong(
                    line, f"{self.names[node]} is {state} already", f"{time:g}", OUTAGE_RULE
                )
            elif down:
                since[node] = (time, cause)
            else:
                start, why = since.pop(node)
                spells.append((start, time, node, why))
        spells += [(start, math.inf, node, why) for node, (start, why) in since.items()]
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda problem: problem.line or 0))
        return _as_outages(spells)

    def _node(self, text: str) -> int | None:
        if text in self.index:
            return self.index[text]
        if text.isdecimal() and len(text) < 10 and int(text) < len(self.names):
            return int(text)
        return None

    def _wrong(self, line: int, message: str, value: str, hint: str | None = None) -> None:
        if len(self.problems) < 1000:
            self.problems.append(Problem(message, self.source, line, value=value, hint=hint))


def _as_outages(spells: Sequence[tuple[float, float, int, str]]) -> Outages:
    causes = tuple(dict.fromkeys(cause for _, _, _, cause in sorted(spells)))
    place = {cause: i for i, cause in enumerate(causes)}
    number: dict[tuple[float, str], int] = {}
    outage = [number.setdefault((start, cause), len(number)) for start, _, _, cause in spells]
    return from_columns(
        np.array([start for start, _, _, _ in spells], np.float64),
        np.array([end for _, end, _, _ in spells], np.float64),
        np.array([node for _, _, node, _ in spells], np.int32),
        np.array([place[cause] for _, _, _, cause in spells], np.int32),
        np.array(outage, np.int32),
        causes,
    )


def _time(text: str) -> float | None:
    try:
        time = float(text)
    except ValueError:
        return None
    return time if 0 <= time < math.inf else None


def _columns(names: Sequence[str], source: str) -> list[int | None]:
    """The places of time_s, kind, node and cause; InputError if one of the first three is not."""
    missing = [name for name in NEEDED if name not in names]
    if missing:
        rule = f"columns are {', '.join(NEEDED)} and, if wanted, cause"
        found = ", ".join(names)
        raise InputError(
            [Problem(f"there is no column {m}", source, 1, value=found, rule=rule) for m in missing]
        )
    return [list(names).index(name) if name in names else None for name in (*NEEDED, "cause")]


def _csv(path: Path) -> Iterator[Row]:
    source = str(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            places = _columns(next(reader, []), source)
            for count, cells in enumerate(reader):
                if count >= MOST_EVENTS:
                    raise InputError(Problem(f"more than {MOST_EVENTS:,} events", source))
                if cells:
                    yield _row(reader.line_num, cells, places)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(Problem(f"cannot be read: {error}", source)) from None


def _row(line: int, cells: Sequence[str], places: Sequence[int | None]) -> Row:
    texts = [cells[p].strip() if p is not None and p < len(cells) else "" for p in places]
    return (line, texts[0], texts[1], texts[2], texts[3])


def _parquet(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = str(path)
    try:
        with pq.ParquetFile(path) as file:
            places = _columns(file.schema_arrow.names, source)
            if file.metadata.num_rows > MOST_EVENTS:
                raise InputError(Problem(f"more than {MOST_EVENTS:,} events", source))
            wanted = [n for n in (*NEEDED, "cause") if n in file.schema_arrow.names]
            columns = file.read(columns=wanted)
    except (OSError, pa.ArrowException) as error:
        raise InputError(Problem(f"cannot be read: {error}", source)) from None
    texts = [columns[name].to_pylist() for name in wanted]
    if places[3] is None:
        texts.append([""] * columns.num_rows)
    for i, (time, kind, node, cause) in enumerate(zip(*texts, strict=True), start=1):
        yield (i, str(time), str(kind), str(node), "" if cause is None else str(cause))
