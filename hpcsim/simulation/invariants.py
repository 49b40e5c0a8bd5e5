"""What must hold of any schedule, whatever the policy: checked from the finished rows alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hpcsim.cluster.rules import Terms, Window
from hpcsim.cluster.state import (
    CANCELLED,
    COMPLETED,
    DEADLINE,
    FAILED,
    NODE_FAIL,
    OUT_OF_MEMORY,
    PREEMPTED,
    TIMEOUT,
    State,
)
from hpcsim.cluster.terms import AFTER, AFTER_ANY, AFTER_OK

ENDS = (COMPLETED, TIMEOUT, NODE_FAIL, FAILED, OUT_OF_MEMORY, PREEMPTED)

SAME_S = 1e-5


class InvariantError(AssertionError):
    """A schedule that cannot be; the simulator is wrong, not its input."""


def check_schedule(jobs: np.ndarray, cores: int, *, may_wait: bool = False) -> None:
    """Raise InvariantError unless all jobs (fields as in `cluster.state.JOB`) ran as they must.

    Every job has ended, once, no earlier than it came and exactly when its run time or its limit
    was over; states say which; and no more than `cores` cores were ever in use. With `may_wait`
    there are terms by which some may never have started.
    """
    if may_wait:
        never = np.isnan(jobs["start"])
        removed = np.isin(jobs["state"], (CANCELLED, DEADLINE))
        _all(~removed | never, "a job that was removed has not run", jobs)
        _all(~never | removed | (jobs["state"] < COMPLETED), "who never started never ran", jobs)
        jobs = jobs[~never]
    _all(np.isin(jobs["state"], ENDS), "every job has ended", jobs)
    _all(jobs["start"] >= jobs["arrival"], "no job starts before it arrives", jobs)
    length = np.minimum(jobs["runtime"], jobs["limit"])
    stopped = np.isin(jobs["state"], (NODE_FAIL, PREEMPTED))
    due = (jobs["end"] == jobs["start"] + length) | stopped
    _all(due, "a job ends with its run time or limit", jobs)
    cut = (jobs["runtime"] > jobs["limit"]) & ~stopped
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


def check_terms(jobs: np.ndarray, terms: Terms, counters: Sequence[int]) -> None:
    """Raise InvariantError unless the jobs that ran kept to their terms.

    No counter ever gave more than there is of it; nobody began before the begin time, or ended
    after the deadline; who waited for a start, an end, a success or a failure got it.
    """
    ran = ~np.isnan(jobs["start"])
    if terms.begin_s is not None:
        early = jobs["start"] < terms.begin_s
        _all(~early, "no job starts before its begin time", jobs)
    if terms.deadline_s is not None:
        late = ran & (jobs["start"] + jobs["limit"] > terms.deadline_s)
        _all(~late, "no job can run past its deadline", jobs)
    if terms.claims is not None:
        claims = terms.claims
        for counter, size in enumerate(counters):
            mine = (claims.counter == counter) & ran[claims.job]
            held = jobs[claims.job[mine]]
            most = most_in_use(held["start"], held["end"], claims.amount[mine])
            if most > size:
                raise InvariantError(f"{most} of counter {counter} are held, there are {size}")
    if terms.ties is not None:
        _check_ties(jobs, terms)


def _check_ties(jobs: np.ndarray, terms: Terms) -> None:
    ties = terms.ties
    assert ties is not None
    firm = ~ties.one_is_enough & ~np.isnan(jobs["start"][ties.child])
    kind = ties.kind[firm]
    parent, child = jobs[ties.parent[firm]], jobs[ties.child[firm]]
    told = np.where((kind == AFTER) & ~np.isnan(parent["start"]), parent["start"], parent["end"])
    _all(child["start"] >= told + ties.delay_s[firm], "a job waits for those it names", child)
    ok = parent["state"] == COMPLETED
    as_asked = (kind <= AFTER_ANY) | ((kind == AFTER_OK) == ok)
    _all(as_asked, "a job waits for a success or a failure", child)


def check_windows(state: State, windows: Sequence[Window]) -> None:
    """Raise InvariantError if a job runs now on a node that is kept for others, or for nobody."""
    now = float(state.world["now"][0])
    for window in windows:
        if not window.start_s <= now < window.end_s:
            continue
        for node in window.nodes.tolist():
            at = int(state.nodes["first_share"][node])
            while at >= 0:
                row = int(state.shares["job"][at])
                job = state.jobs[row]
                own = window.reservation and (state.terms["reservation"][row] == window.reservation)
                if not own and job["end"] > now:
                    raise InvariantError(f"row {row} runs in a window: {job}")
                at = int(state.shares["next_in_node"][at])


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
