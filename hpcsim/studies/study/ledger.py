"""The ledger of a study: one row a run in SQLite, each written in a transaction of its own.

A run is in it whole or not at all, so whoever is killed loses the runs under way and no other.
Only the process that leads the study writes; workers hand their results to it.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from hpcsim.errors import InputError, Problem

from .task import Key, Result

PLANNED, DONE, FAILED = "planned", "done", "failed"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    point TEXT NOT NULL,          -- what is changed, as JSON
    replication INTEGER NOT NULL,
    seed TEXT NOT NULL,           -- up to 2**63, as text
    state TEXT NOT NULL,          -- planned, done or failed
    figures TEXT,                 -- JSON, null where there is none
    intervals TEXT,               -- JSON: what one long run says of itself
    error TEXT,
    wall_s REAL, cpu_s REAL, memory_mib REAL, host TEXT,
    PRIMARY KEY (point, replication)
) WITHOUT ROWID
"""


class Ledger:
    """The runs of a study; use it as a context manager. `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        try:
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise InputError(Problem(f"the ledger cannot be used: {error}", str(path))) from None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left to the file; nothing can be asked afterwards."""
        self._db.close()

    def plan(self, keys: Iterable[tuple[Key, int]]) -> None:
        """Put runs that shall be made, with their seeds, in; those that are there stay."""
        rows = [(key.point, key.replication, str(seed), PLANNED) for key, seed in keys]
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR IGNORE INTO runs (point, replication, seed, state) VALUES (?, ?, ?, ?)", rows
        )
        self._db.execute("COMMIT")

    def record(self, result: Result) -> None:
        """Keep what came out of a run; it is on the disk when this returns."""
        self._db.execute(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                result.key.point,
                result.key.replication,
                str(result.seed),
                DONE if result.error is None else FAILED,
                _text(result.figures),
                _text(result.intervals),
                result.error,
                result.wall_s,
                result.cpu_s,
                result.memory_mib,
                result.host,
            ),
        )

    def forget_failed(self) -> int:
        """Let runs that failed be made again; how many there are."""
        done = self._db.execute("UPDATE runs SET state = ? WHERE state = ?", (PLANNED, FAILED))
        return done.rowcount

    def finished(self) -> set[Key]:
        """The runs that are done or have failed."""
        rows = self._db.execute("SELECT point, replication FROM runs WHERE state <> ?", (PLANNED,))
        return {Key(*row) for row in rows}

    def results(self, point: str | None = None) -> Iterator[Result]:
        """Every finished run, or those of a point, in order of point and replication."""
        rows = self._db.execute(
            "SELECT point, replication, seed, figures, intervals, error, wall_s, cpu_s,"
            " memory_mib, host FROM runs WHERE state <> ? AND (point = ? OR ? IS NULL)"
            " ORDER BY point, replication",
            (PLANNED, point, point),
        )
        for row in rows:
            yield Result(
                Key(row[0], row[1]),
                int(row[2]),
                {k: math.nan if v is None else v for k, v in json.loads(row[3]).items()},
                {k: (v[0], v[1]) for k, v in json.loads(row[4]).items()},
                *row[5:],
            )


def _text(values: Any) -> str:
    plain = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }
    return json.dumps(plain, allow_nan=False)
