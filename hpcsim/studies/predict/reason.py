"""What holds a job, in the words that a user knows, and whom it waits behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .state import State

_SHOWN = 5


@dataclass(frozen=True)
class Blocker:
    """A job that stands in the way: where it is, what it holds or wants, until when at most."""

    id: str
    user: str
    running: bool
    cores: int
    until_s: float
    """Seconds from now at which it ends at the latest; for a waiting job its limit."""


@dataclass(frozen=True)
class Reason:
    """Why a job waits: `name` as squeue says it, a sentence, and the jobs in the way."""

    name: str
    text: str
    free_cores: int
    ahead: int
    ahead_cores: int
    blockers: tuple[Blocker, ...]


def reason_of(state: State, cores: int, limit_s: float, row: int | None = None) -> Reason:
    """Why a job of that size, at its place in the queue or behind all, does not start now."""
    log, now = state.log, state.now_s
    running = state.running
    free = log.machine_cores - int(log.cores[running].sum())
    queue = state.waiting if row is None else state.waiting[state.waiting < row]
    ahead_cores = int(log.cores[queue].sum())
    if cores > log.machine_cores:
        text = f"It wants {cores:,} cores and the machine has {log.machine_cores:,}: never."
        return Reason("TooLarge", text, free, len(queue), ahead_cores, ())
    if not len(queue):
        if cores <= free:
            return Reason("None", f"{free:,} cores are free: it starts now.", free, 0, 0, ())
        return _resources(state, cores, free)
    head = int(queue[0])
    shadow, extra = shadow_of(state, int(log.cores[head]), free)
    first = blocker(state, head)
    behind = (
        f"{len(queue):,} jobs that want {ahead_cores:,} cores stand before it"
        if len(queue) > 1
        else f"one job that wants {ahead_cores:,} cores stands before it"
    )
    if cores > free:
        text = f"{behind}, and only {free:,} cores are free of the {cores:,} that it wants."
    elif now + limit_s > shadow and cores > extra:
        text = (
            f"{behind}. {free:,} cores are free, but with its limit of {_hours(limit_s)} it would "
            f"delay job {first.id}, which is to start in {_hours(shadow - now)} at the latest; "
            f"jobs of at most that length, or of at most {max(extra, 0):,} cores, may pass."
        )
    else:
        text = f"{behind}; it may pass them if the policy lets jobs pass."
    others = [blocker(state, int(each)) for each in queue[:_SHOWN]]
    return Reason("Priority", text, free, len(queue), ahead_cores, tuple(others))


def shadow_of(state: State, cores: int, free: int) -> tuple[float, int]:
    """When so many cores are free at the latest, and how many are then left over."""
    log = state.log
    running = state.running
    ends = np.maximum(log.start_s[running] + log.limit_s[running], state.now_s)
    order = np.argsort(ends, kind="stable")
    gathered = free + np.cumsum(log.cores[running][order])
    if cores <= free:
        return state.now_s, free - cores
    at = int(np.searchsorted(gathered, cores))
    if at == len(gathered):
        return np.inf, 0
    end = float(ends[order][at])
    return end, int(gathered[int(np.searchsorted(ends[order], end, side="right")) - 1]) - cores


def blocker(state: State, row: int) -> Blocker:
    """A job in the way, as it is shown."""
    log, now = state.log, state.now_s
    runs = bool(log.start_s[row] <= now)
    left = float(log.start_s[row] + log.limit_s[row] - now) if runs else float(log.limit_s[row])
    code = int(log.user[row])
    user = state.users[code] if 0 <= code < len(state.users) else ""
    return Blocker(str(state.ids[row]), user, runs, int(log.cores[row]), max(left, 0.0))


def _resources(state: State, cores: int, free: int) -> Reason:
    """It is first: which of the running jobs have to end."""
    log = state.log
    running = state.running
    ends = log.start_s[running] + log.limit_s[running]
    order = running[np.argsort(ends, kind="stable")]
    gathered = free + np.cumsum(log.cores[order])
    needed = order[: int(np.searchsorted(gathered, cores)) + 1]
    shadow, _ = shadow_of(state, cores, free)
    text = (
        f"It is first in the queue. It wants {cores:,} cores and {free:,} are free; by the limits "
        f"of the running jobs there are enough in {_hours(shadow - state.now_s)} at the latest."
    )
    shown = tuple(blocker(state, int(row)) for row in needed[:_SHOWN])
    return Reason("Resources", text, free, 0, 0, shown)


def _hours(seconds: float) -> str:
    if not np.isfinite(seconds):
        return "no known time"
    return f"{seconds / 3600:,.1f} h" if seconds >= 3600 else f"{seconds / 60:,.0f} min"
