"""What the cluster tells of waiting: the reason now, and the one that held a job longest."""

from __future__ import annotations

import numpy as np

from .reasons import (
    BEGIN_TIME,
    DEPENDENCY,
    JOB_HELD_USER,
    NEVER_SATISFIED,
    NO_REASON,
    PRIORITY,
    REASON_NAMES,
    RESOURCES,
)
from .state import PENDING, RUNNING, UNSEEN, State
from .terms import NEVER


def reason_now(state: State, row: int) -> str:
    """Why job `row` waits at this moment, as Slurm names it; "None" if it does not wait.

    Where there are no rules the first of the queue waits for Resources, all behind it for their
    Priority.
    """
    job = state.jobs[row]
    if job["state"] == UNSEEN:
        return REASON_NAMES[_before_arrival(state, row)]
    if job["state"] == PENDING and not state.world["ruled"][0]:
        is_head = int(state.world["noted_head"][0]) == row
        return REASON_NAMES[RESOURCES if is_head else PRIORITY]
    return REASON_NAMES[state.asks["reason"][row]] if job["state"] < RUNNING else REASON_NAMES[0]


def longest_reasons(state: State) -> np.ndarray:
    """int8[J]: the reason that has held each job of `jobs` longest so far, NO_REASON for none.

    A job with more than SLOTS reasons may have lost its lesser ones.
    """
    count = int(state.world["jobs"][0])
    jobs, asks = state.jobs[:count], state.asks[:count]
    if not state.world["ruled"][0]:
        return _first_or_behind(state, jobs, state.held["seconds"][:count, 0].astype(np.float64))
    seconds = state.held[:count]["seconds"].astype(np.float64)
    reasons = state.held[:count]["reason"].copy()
    _add_present(seconds, reasons, asks, jobs["state"], float(state.world["now"][0]))
    longest = np.argmax(seconds, axis=1)
    every = np.arange(count)
    found = np.where(seconds[every, longest] > 0, reasons[every, longest], NO_REASON)
    # Who never started may have been held for no measurable time: then the present reason counts.
    for row in np.flatnonzero(jobs["state"] == UNSEEN):
        found[row] = _before_arrival(state, int(row))
    silent = (jobs["state"] == PENDING) & (found == NO_REASON)
    found[silent] = asks["reason"][silent]
    return found


def _before_arrival(state: State, row: int) -> int:
    """What keeps a job out of the queue; NO_REASON where it is not submitted yet."""
    job = state.jobs[row]
    now = float(state.world["now"][0])
    if len(state.terms):
        if state.terms["fate"][row] == NEVER:
            return NEVER_SATISFIED
        if state.terms["held"][row]:
            return JOB_HELD_USER
    if job["blockers"] > 0:
        return DEPENDENCY
    return BEGIN_TIME if job["submit"] <= now < job["arrival"] else NO_REASON


def _first_or_behind(state: State, jobs: np.ndarray, as_first: np.ndarray) -> np.ndarray:
    """Who was not the first of the queue waited behind it."""
    now = float(state.world["now"][0])
    head = int(state.world["noted_head"][0])
    if head >= 0:
        as_first[head] += now - float(state.world["noted_s"][0])
    waited = np.where(jobs["state"] >= RUNNING, jobs["start"], now) - jobs["arrival"]
    waited[(jobs["state"] < PENDING) | np.isnan(waited)] = 0.0
    code = np.where(2 * as_first >= waited, RESOURCES, PRIORITY)
    return np.where(waited > 0, code, NO_REASON).astype(np.int8)


def _add_present(
    seconds: np.ndarray, reasons: np.ndarray, asks: np.ndarray, states: np.ndarray, now: float
) -> None:
    """Count what holds a job still, in place."""
    for row in np.flatnonzero((asks["reason"] != NO_REASON) & (states < RUNNING)):
        same = np.flatnonzero(reasons[row] == asks["reason"][row])
        slot = same[0] if len(same) else int(np.argmin(seconds[row]))
        reasons[row, slot] = asks["reason"][row]
        seconds[row, slot] += now - asks["since"][row]
