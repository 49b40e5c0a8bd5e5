"""What both event loops do at an arrival and at an end."""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import finish, predict, release_followers, remember_runtime
from .events import next_time, pop_event
from .lives import FAILS, checkpoints, has_too_little
from .state import COMPLETED, FAILED, INDEPENDENT, OUT_OF_MEMORY, TIMEOUT, UNSEEN


@njit(cache=True, inline="always")
def next_arrival(world, jobs, releases):
    """(time, row) of the next arrival; the row is -1 if it comes from a release."""
    while world.arrived < world.jobs and (
        jobs[world.arrived].dependent != INDEPENDENT or jobs[world.arrived].state != UNSEEN
    ):
        world.arrived += 1
    row = world.arrived
    submitted = np.inf
    if row < world.jobs:
        submitted = jobs[row].submit
    released = next_time(releases)
    if released < submitted or (released == submitted and releases[0].job > 0
                                and releases[1].job < row):  # fmt: skip
        return released, np.int64(-1)
    return submitted, np.int64(row)


@njit(cache=True, inline="always")
def arrive(world, jobs, users, releases, key, row):
    """The next job arrives now: its estimate and its key are settled; its row."""
    if row < 0:
        row = np.int64(pop_event(releases))
    else:
        world.arrived += 1
    job = jobs[row]
    job.arrival = world.now
    if world.predicted:
        job.estimate = predict(users, job)
    job.key = key(job, world.now)
    return row


@njit(cache=True, inline="always")
def _fate(world, job, life):
    """How a job ends that no limit cuts; what its last run has spent on checkpoints is counted."""
    world.checkpoint_core_s += job.cores * checkpoints(life) * life.write
    if life.fate == FAILS:
        return FAILED
    return OUT_OF_MEMORY if has_too_little(job, life) else COMPLETED


@njit(cache=True, inline="always")
def end(world, jobs, edges, users, ends, releases, running, running_blocks, lives):
    """The next running job ends now: its cores are free, its followers know; its row."""
    row = pop_event(ends)
    state = TIMEOUT if jobs[row].runtime > jobs[row].limit else COMPLETED
    if world.mortal and state == COMPLETED:
        state = _fate(world, jobs[row], lives[row])
    over(world, jobs, edges, users, releases, running, running_blocks, row, state)
    return row


@njit(cache=True, inline="always")
def over(world, jobs, edges, users, releases, running, running_blocks, row, state):
    """A running job, no longer among the ends, ends now in a state."""
    finish(world, jobs, running, running_blocks, row)
    job = jobs[row]
    job.state = state
    if world.predicted:
        remember_runtime(users, job)
    if job.first_edge >= 0:
        release_followers(jobs, edges, releases, row)
    world.blocked = 0
    if job.watched:
        world.watch = row
