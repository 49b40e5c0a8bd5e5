"""Jobs that wait for another's start, end, success or failure, and what becomes of them.

A job whose dependencies can never be satisfied any more is cancelled, or stays where it is,
as the cluster is told. An ended job's own ties are told in turn; a chain of cancelled jobs
unrolls through the heap of releases, one event a job.
"""

from __future__ import annotations

from numba import njit

from .actions import leave_queue, release_followers
from .caps import leave_meters
from .counters import drop_claims
from .events import push_event
from .state import CANCELLED, COMPLETED, DEADLINE, PENDING, UNSEEN
from .terms import AFTER, AFTER_ANY, AFTER_OK, FINE, NEVER, WINDOW_EDGE


@njit(cache=True)
def _come_nearer(jobs, terms, releases, row, time):
    """One thing less that job `row` waits for; with nothing left it arrives at `time` or later."""
    job = jobs[row]
    job.arrival = max(job.arrival, time)
    job.blockers -= 1
    if job.blockers == 0 and terms[row].fate == FINE and job.state == UNSEEN:
        push_event(releases, job.arrival, row, row)


@njit(cache=True)
def _fulfil(jobs, terms, releases, row, time):
    """A dependency of job `row` is satisfied."""
    term = terms[row]
    if term.any_is_enough:
        if term.hopes <= 0:
            return
        term.hopes = 0
    _come_nearer(jobs, terms, releases, row, time)


@njit(cache=True)
def _disappoint(world, jobs, terms, releases, row):
    """A dependency of job `row` can never be satisfied."""
    term = terms[row]
    if term.any_is_enough:
        if term.hopes <= 0:
            return
        term.hopes -= 1
        if term.hopes > 0:
            return
    if term.fate == NEVER or jobs[row].state != UNSEEN:
        return
    term.fate = NEVER
    if not world.keep_unsatisfiable:
        push_event(releases, max(jobs[row].submit, world.now), row, row)


@njit(cache=True)
def tell_ties(world, jobs, terms, links, releases, row):
    """Tell who waits for job `row` that it has started, or how it has ended."""
    job = jobs[row]
    ended = job.state >= COMPLETED
    at = terms[row].first_tie
    while at > 0:
        tie = links[at]
        at = tie.next
        if tie.told or not (ended or tie.kind == AFTER):
            continue
        tie.told = 1
        if tie.kind <= AFTER_ANY or (tie.kind == AFTER_OK) == (job.state == COMPLETED):
            _fulfil(jobs, terms, releases, tie.to, world.now + tie.runtime)
        else:
            _disappoint(world, jobs, terms, releases, tie.to)


@njit(cache=True)
def after_run(world, jobs, terms, links, counters, releases, row):
    """A job has left its nodes: what it held is free; if it has ended, who waits for it knows."""
    drop_claims(terms[row], links, counters)
    if jobs[row].state >= COMPLETED:
        tell_ties(world, jobs, terms, links, releases, row)


@njit(cache=True)
def remove_job(state, world, row, final):
    """A job that has not started never will: it ends now in the state `final`."""
    jobs = state.jobs
    job = jobs[row]
    if job.state == PENDING:
        leave_queue(world, jobs, state.waiting, state.waiting_blocks, state.scan,
                    state.scan_blocks, row)  # fmt: skip
    job.state = final
    job.end = world.now
    if world.metered:
        leave_meters(state.asks, state.kinds, state.metered, state.meters, row)
    world.ended += 1
    world.blocked = 0
    if job.watched:
        world.watch = row
    if job.first_edge >= 0:
        release_followers(jobs, state.edges, state.releases, row)
    tell_ties(world, jobs, state.terms, state.links, state.releases, row)


@njit(cache=True)
def admit(state, world, row):
    """Whether job `row`, which is due to arrive now, may join the queue."""
    job = state.jobs[row]
    term = state.terms[row]
    if job.state != UNSEEN:
        return False
    if term.fate == NEVER:
        remove_job(state, world, row, CANCELLED)
        return False
    if world.now > term.latest:
        remove_job(state, world, row, DEADLINE)
        return False
    return True


@njit(cache=True)
def ring(state, world, row):
    """A timer rings: a window begins or ends, or job `row` can no longer meet its deadline."""
    if row == WINDOW_EDGE:
        world.blocked = 0
        world.shadow_valid = 0
    elif state.jobs[row].state <= PENDING:
        remove_job(state, world, row, DEADLINE)
