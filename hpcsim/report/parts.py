"""The parts of a page that are tables: groups, slowest users, repairs, where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .. import words
from ..metrics.records import has
from ..simulation.folder import RunFolder
from .html import Table
from .view import View

_GROUPS = (
    ("size", "By cores asked", "cores"),
    ("runtime", "By time a job may run", "time"),
    ("queue", "By queue", "queue"),
    ("partition", "By partition", "partition"),
)
_MOST_GROUPS = 30
_MOST_USERS = 12
_LEAST_JOBS, _LEAST_SHARE = 5, 1 / 2000
_LONGEST = 2000


@dataclass(frozen=True)
class UserRow:
    """A user of the slowest users' view, as texts; `width` is a share of the longest bar in %."""

    user: str
    slowdown: str
    width: str
    mean_wait: str
    p95_wait: str
    jobs: str
    core_h: str


@dataclass(frozen=True)
class SlowestUsers:
    """The slowest users among those with enough jobs to mean something."""

    least_jobs: int
    rows: Sequence[UserRow]


def groups(view: View) -> list[Table]:
    """A table for each way of grouping that the jobs know and that has groups to compare."""
    tables = []
    for by, title, name in _GROUPS:
        if by in ("size", "runtime") or has(view.run.jobs, by):
            table = view.grouped(by)
            if 1 < table.num_rows <= _MOST_GROUPS:
                tables.append(_group_table(table, by, title, name))
    return tables


def slowest_users(view: View) -> SlowestUsers | None:
    """Users by mean bounded slowdown, highest first; None without users."""
    if view.by_user is None:
        return None
    least = max(_LEAST_JOBS, round(view.run.jobs.num_rows * _LEAST_SHARE))
    rows = [row for row in view.by_user.to_pylist() if row["mean_bounded_slowdown"]]
    rows = [row for row in rows if row["started_jobs"] >= least] or rows
    rows.sort(key=lambda row: -row["mean_bounded_slowdown"])
    if not rows:
        return None
    most = rows[0]["mean_bounded_slowdown"]
    return SlowestUsers(least, [_user_row(row, most) for row in rows[:_MOST_USERS]])


def repairs(run: RunFolder) -> Table:
    """What was repaired, dropped or assumed in the input; no rows if nothing was."""
    found = run.provenance.get("repairs")
    rows = [_repair_row(repair) for repair in found] if isinstance(found, list) else []
    return Table(("what", "kind", "times", "first lines"), rows, words=frozenset({1}))


def provenance(run: RunFolder) -> list[tuple[str, str]]:
    """Where the run came from, as names and texts; the command and the repairs stand elsewhere."""
    said = {k: v for k, v in run.provenance.items() if k not in ("command", "repairs")}
    return list(_flat(said))


def _group_table(table: pa.Table, by: str, title: str, name: str) -> Table:
    head = (name, "jobs", "core-hours", "mean wait", "median wait", "19 in 20 within",
            "mean bounded slowdown", "cut by limit")  # fmt: skip
    rows = [
        (
            text(row[by]),
            words.count(row["jobs"]),
            words.count(row["core_h"]),
            words.duration(row["mean_wait_s"]),
            words.duration(row["median_wait_s"]),
            words.duration(row["p95_wait_s"]),
            words.number(row["mean_bounded_slowdown"]),
            words.count(row["timeout_jobs"]),
        )
        for row in table.to_pylist()
    ]
    return Table(head, rows, title)


def _user_row(row: Mapping[str, Any], most: float) -> UserRow:
    return UserRow(
        user=text(row["user"]),
        slowdown=words.number(row["mean_bounded_slowdown"]),
        width=f"{70 * row['mean_bounded_slowdown'] / most:.1f}",
        mean_wait=words.duration(row["mean_wait_s"]),
        p95_wait=words.duration(row["p95_wait_s"]),
        jobs=words.count(row["jobs"]),
        core_h=words.count(row["core_h"]),
    )


def _repair_row(repair: Any) -> tuple[str, str, str, str]:
    if not isinstance(repair, Mapping):
        return text(repair), "", "", ""
    lines = repair.get("first_lines")
    return (
        text(repair.get("what", "")),
        text(repair.get("kind", "")),
        text(repair.get("count", "")),
        ", ".join(text(line) for line in lines) if isinstance(lines, list) else "",
    )


def _flat(said: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested names joined by a space, with their values as texts."""
    for key, value in said.items():
        name = f"{above} {key}".strip()
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        elif value is not None:
            yield name.replace("_", " "), text(value)


def text(value: Any) -> str:
    """`value` as text, cut where no reader would go on."""
    text = "unknown" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
