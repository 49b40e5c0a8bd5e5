"""New traces out of a real one, with its habits and without its accidents.

After Zakay and Feitelson, "Workload resampling for performance evaluation of parallel job
schedulers", Concurrency and Computation 26(12), 2014: users, or weeks, are drawn with replacement;
whoever is drawn keeps the days of the week and the hours of the day, for habits follow both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from hpcsim.errors import InputError, Problem
from hpcsim.rng import stream
from hpcsim.units import WEEK_S
from workloads.workload import Workload

RESAMPLINGS = ("users", "weeks")
_Drawn: TypeAlias = tuple[np.ndarray, np.ndarray, Sequence[str] | None]


def resampled(workload: Workload, way: str, seed: int) -> Workload:
    """A trace as long as `workload`, of users or weeks drawn from it with replacement.

    `users`: each drawn user's jobs, moved by a whole number of weeks around the trace's length, so
    that users meet who never met. `weeks`: each week is one of the trace's weeks. Times are whole
    weeks from the first submission; the last week may be shorter. InputError for a trace of less
    than two weeks.
    """
    start = float(workload.submit_s.min())
    since = workload.submit_s - start
    weeks = int(np.ceil((since.max() + 1) / WEEK_S))
    if weeks < 2:
        rule = "habits of a week can only be kept in a trace of two weeks or more"
        raise InputError(Problem("the trace is too short to resample", workload.name, rule=rule))
    rng = stream(seed, "resampling")
    draw = _of_users if way == "users" else _of_weeks
    rows, submit_s, names = draw(workload, since, weeks, rng)
    return _laid(workload, rows, submit_s + start, names)


def _laid(
    workload: Workload, rows: np.ndarray, submit_s: np.ndarray, names: Sequence[str] | None
) -> Workload:
    """The drawn rows as a trace of its own; what was recorded of the old schedule is gone."""
    columns = {key: column[rows] for key, column in workload.columns().items()}
    for key in ("job_id", "preceding_job", "think_time_s", "recorded_wait_s", "recorded_status"):
        del columns[key]
    labels = dict(workload.labels)
    if names is not None:
        known, columns["user"] = np.unique(names, return_inverse=True)
        labels["user"] = tuple(str(name) for name in known)
    return Workload.of(
        columns | {"submit_s": submit_s},
        name=workload.name,
        machine_cores=workload.machine_cores,
        start_epoch_s=workload.start_epoch_s,
        labels=labels,
    )


def _of_users(
    workload: Workload, since: np.ndarray, weeks: int, rng: np.random.Generator
) -> _Drawn:
    """Rows, times, and a name for the user of each row: who is drawn twice is two people."""
    users, user = np.unique(workload.user, return_inverse=True)
    order = np.argsort(user, kind="stable")
    edges = np.searchsorted(user[order], np.arange(len(users) + 1))
    rows, times, names = [], [], []
    for copy, drawn in enumerate(rng.integers(len(users), size=len(users))):
        own = order[edges[drawn] : edges[drawn + 1]]
        moved = since[own] + rng.integers(weeks) * WEEK_S
        rows.append(own)
        times.append(np.mod(moved, weeks * WEEK_S))
        name = f"{workload.label('user', int(users[drawn]))}/{copy}"
        names.append(np.full(len(own), name, dtype=object))
    return np.concatenate(rows), np.concatenate(times), list(np.concatenate(names))


def _of_weeks(
    workload: Workload, since: np.ndarray, weeks: int, rng: np.random.Generator
) -> _Drawn:
    """Rows and times; the users are the trace's own."""
    week = (since // WEEK_S).astype(np.int64)
    order = np.argsort(week, kind="stable")
    edges = np.searchsorted(week[order], np.arange(weeks + 1))
    rows, times = [], []
    for place, drawn in enumerate(rng.integers(weeks, size=weeks)):
        own = order[edges[drawn] : edges[drawn + 1]]
        rows.append(own)
        times.append(since[own] + (place - drawn) * WEEK_S)
    found = np.concatenate(rows)
    return found, np.concatenate(times), None
