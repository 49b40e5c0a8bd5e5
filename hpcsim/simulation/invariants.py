"""What must hold of any schedule, whatever the policy: checked from the finished rows alone."""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.state import COMPLETED, TIMEOUT

SAME_S = 1e-5


class InvariantError(AssertionError):
    """A schedule that cannot be; the simulator is wrong, not its input."""


def check_schedule(jobs: np.ndarray, cores: int) -> None:
    """Raise InvariantError unless all jobs (fields as in `cluster.state.JOB`) ran as they must.

    Every job has ended, once, no earlier than it came and exactly when its run time or its limit
    was over; states say which; and no more than `cores` cores were ever in use.
    """
    _all(np.isin(jobs["state"], (COMPLETED, TIMEOUT)), "every job has ended", jobs)
    _all(jobs["start"] >= jobs["arrival"], "no job starts before it arrives", jobs)
    length = np.minimum(jobs["runtime"], jobs["limit"])
    _all(jobs["end"] == jobs["start"] + length, "a job ends with its run time or limit", jobs)
    cut = jobs["runtime"] > jobs["limit"]
    _all((jobs["state"] == TIMEOUT) == cut, "a job cut by its limit says so", jobs)
    most = most_in_use(jobs["start"], jobs["end"], jobs["cores"])
    if most > cores:
        raise InvariantError(f"{most} cores are in use at one moment, there are {cores}")


def check_ends(jobs: np.ndarray) -> None:
    """Raise InvariantError unless jobs of a run that may not be over ended as they must.

    Storage may make a job that shares it late, never early, and its limit cuts it all the same.
    """
    ended = jobs[np.isin(jobs["state"], (COMPLETED, TIMEOUT))]
    _all(ended["start"] >= ended["arrival"], "no job starts before it arrives", ended)
    length, limit = ended["end"] - ended["start"], ended["limit"]
    slack = SAME_S + 1e-12 * ended["end"]
    alone = np.minimum(ended["runtime"], limit)
    _all(length >= alone - slack, "no job is faster than undisturbed", ended)
    _all(length <= limit + slack, "no job outlives its limit", ended)
    shares = ended["flow"] > 0
    _all(shares | (length <= alone + slack), "only who shares storage is late", ended)
    cut = ended["state"] == TIMEOUT
    _all(~cut | (length >= limit - slack), "a job is cut at its limit, not before", ended)


def most_in_use(start: np.ndarray, end: np.ndarray, cores: np.ndarray) -> int:
    """The greatest number of cores in use at any moment; a job does not use its end's moment."""
    times = np.concatenate((end, start))
    # At one moment the cores of ended jobs are free before started jobs take them.
    order = np.argsort(times, kind="stable")
    steps = np.concatenate((-cores.astype(np.int64), cores.astype(np.int64)))[order]
    length_zero = start == end
    if length_zero.any():
        # A job of no length frees what it never held: leave it out.
        keep = np.concatenate((~length_zero, ~length_zero))[order]
        steps = steps[keep]
    return int(np.cumsum(steps).max(initial=0))


def _all(holds: np.ndarray, rule: str, jobs: np.ndarray) -> None:
    if not holds.all():
        row = int(np.argmin(holds))
        raise InvariantError(f"{rule}; row {row} breaks it: {jobs[row]}")
