"""The history of measurements: one SQLite file, appended to as the results come."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import HarnessError
from .fingerprint import Fingerprint, from_json, to_json
from .results import Result
from .results import from_json as result_from_json
from .results import to_json as result_to_json

SCHEMA_VERSION = 1
SCHEMA = """
create table if not exists session (
    id integer primary key,
    started text not null,
    label text not null,
    machine text not null,
    fingerprint text not null,
    disturbances text not null default '',
    finished text
);
create table if not exists result (
    session integer not null references session(id),
    key text not null,
    complete integer not null,
    payload text not null,
    primary key (session, key)
);
create index if not exists result_key on result(key, session);
"""


@dataclass(frozen=True)
class Session:
    """One run of the suite, or one imported file; `finished` is empty if it was cut short."""

    id: int
    started: str
    label: str
    machine: str
    fingerprint: Fingerprint
    disturbances: tuple[str, ...]
    finished: str | None


def default_path() -> Path:
    """The store of this user: HPCSIM_BENCH_STORE, or a file in the user's state folder."""
    named = os.environ.get("HPCSIM_BENCH_STORE")
    if named:
        return Path(named)
    root = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(root) / "hpcsim" / "bench.sqlite"


class Store:
    """Measurements of all sessions; every change is on disk when the call returns."""

    def __init__(self, path: Path) -> None:
        """Open or make the store; HarnessError where that cannot be or where it is none."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None)
            self._check()
        except (sqlite3.Error, OSError) as error:
            raise HarnessError(
                f"{path}: cannot be used as a store of measurements: {error}; "
                "name another file with --store"
            ) from None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def begin(self, label: str, found: Fingerprint) -> int:
        """A new session's number."""
        row = self._db.execute(
            "insert into session(started, label, machine, fingerprint) values (?, ?, ?, ?)",
            (_now(), label, found.machine, to_json(found)),
        )
        return int(row.lastrowid or 0)

    def keep(self, session: int, result: Result) -> None:
        """Write or renew one measurement."""
        self._db.execute(
            "insert into result values (?, ?, ?, ?) on conflict(session, key) "
            "do update set complete = excluded.complete, payload = excluded.payload",
            (session, result.key, int(result.complete), result_to_json(result)),
        )

    def finish(self, session: int, disturbances: tuple[str, ...]) -> None:
        """Mark a session as run to its end."""
        self._db.execute(
            "update session set finished = ?, disturbances = ? where id = ?",
            (_now(), "\n".join(disturbances), session),
        )

    def renew(self, session: int, found: Fingerprint) -> None:
        """Replace the fingerprint of a session, once it is known what MPI its ranks had."""
        self._db.execute(
            "update session set fingerprint = ? where id = ?", (to_json(found), session)
        )

    def sessions(self) -> list[Session]:
        """All sessions, oldest first."""
        rows = self._db.execute(
            "select id, started, label, machine, fingerprint, disturbances, finished "
            "from session order by id"
        )
        return [self._session(row) for row in rows]

    def session(self, number: int) -> Session:
        """One session; -1 is the last, -2 the one before. HarnessError if there is none."""
        known = self.sessions()
        found = [each for each in known if each.id == number]
        if number < 0 and -number <= len(known):
            found = [known[number]]
        if not found:
            last = f"the last is {known[-1].id}" if known else "it is empty"
            raise HarnessError(f"{self.path}: no session {number}; {last}")
        return found[0]

    def results(self, session: int) -> list[Result]:
        """The measurements of a session, in the order in which they came."""
        rows = self._db.execute(
            "select payload from result where session = ? order by rowid", (session,)
        )
        return [result_from_json(payload) for (payload,) in rows]

    def keys(self, machine: str) -> list[str]:
        """Everything that was ever measured on a machine."""
        rows = self._db.execute(
            "select distinct key from result join session on session.id = session "
            "where machine = ? order by key",
            (machine,),
        )
        return [key for (key,) in rows]

    def series(self, key: str, machine: str) -> list[tuple[Session, Result]]:
        """A measurement through the sessions of one machine, oldest first, verified ones only."""
        sessions = {each.id: each for each in self.sessions() if each.machine == machine}
        rows = self._db.execute(
            "select session, payload from result where key = ? order by session", (key,)
        )
        found = [
            (sessions[number], result_from_json(payload))
            for number, payload in rows
            if number in sessions
        ]
        return [(session, result) for session, result in found if result.figure is not None]

    def _session(self, row: tuple[int, str, str, str, str, str, str | None]) -> Session:
        number, started, label, machine, found, disturbances, finished = row
        said = tuple(line for line in disturbances.split("\n") if line)
        return Session(number, started, label, machine, from_json(found), said, finished)

    def _check(self) -> None:
        (version,) = self._db.execute("pragma user_version").fetchone()
        if version not in (0, SCHEMA_VERSION):
            raise HarnessError(
                f"{self.path}: a store of version {version}; this hpcsim reads {SCHEMA_VERSION}"
            )
        self._db.executescript(SCHEMA)
        self._db.execute(f"pragma user_version = {SCHEMA_VERSION}")


@contextlib.contextmanager
def opened(path: Path | None = None) -> Iterator[Store]:
    """The store at `path`, or the user's own, closed afterwards."""
    store = Store(path or default_path())
    try:
        yield store
    finally:
        store.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
