"""What can happen to a job, as leaf functions that take only the arrays they touch."""

from __future__ import annotations

import numpy as np
from numba import njit

from .events import push_event
from .flowing import note
from .ordered import insert, remove
from .state import PENDING, RUNNING


@njit(cache=True, inline="always")
def free_now(world, running, running_blocks):
    """Cores that a pass may hand out: what is free and what is due to be free at this moment."""
    free = world.free
    now = world.now
    for at in range(1, running_blocks[0].count + 1):
        block = running_blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = running[i]
            if entry.key > now:
                return free
            free += entry.cores
    return free


@njit(cache=True, inline="always")
def still_held(job):
    """Cores that a job which starts now takes from this moment's pass: none if due to end now."""
    due = job.estimate == 0 and min(job.runtime, job.limit) == 0
    return np.int64(0) if due else np.int64(job.cores)


@njit(cache=True, inline="always")
def enqueue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, row):
    """Put a job whose key is known into the queue."""
    job = jobs[row]
    job.state = PENDING
    insert(waiting, waiting_blocks, job.key, row, job.node_cores, job.nodes, job.estimate)
    if world.by_estimate:
        insert(scan, scan_blocks, job.estimate, row, job.node_cores, job.nodes, job.estimate)


@njit(cache=True, inline="always")
def leave_queue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, row):
    """Take a waiting job out of the queue."""
    job = jobs[row]
    remove(waiting, waiting_blocks, job.key, row)
    if world.by_estimate:
        remove(scan, scan_blocks, job.estimate, row)


@njit(cache=True, inline="always")
def begin(world, jobs, ends, corrections, running, running_blocks, row):
    """Start a job that has left the queue."""
    job = jobs[row]
    now = world.now
    job.state = RUNNING
    job.start = now
    job.end = now + min(job.runtime, job.limit)
    if job.flow > 0:
        job.end = now + job.limit  # at the latest: its flow ends when storage lets it
        note(world, job, row)
    job.expected = now + job.estimate
    world.free -= job.cores
    job.turn = world.started
    push_event(ends, job.end, world.started, row)
    if job.expected < job.end:
        push_event(corrections, job.expected, world.started, row)
    world.started += 1
    if world.charged:
        job.next_started = world.last_started
        world.last_started = row
    insert(running, running_blocks, job.expected, row, job.cores, 0, 0.0)


@njit(cache=True, inline="always")
def finish(world, jobs, running, running_blocks, row):
    """Take an ended job off the cores, unless a pass has done so when its end was due."""
    job = jobs[row]
    world.ended += 1
    if job.released == 0:
        remove(running, running_blocks, job.expected, row)
        world.free += job.cores


@njit(cache=True, inline="always")
def release_followers(jobs, edges, releases, row):
    """Tell the jobs that wait for the end of `row`; those with nothing left to wait for arrive."""
    job = jobs[row]
    at = job.first_edge
    while at >= 0:
        edge = edges[at]
        child = jobs[edge.child]
        child.blockers -= 1
        child.arrival = max(child.arrival, job.end + edge.delay)
        if child.blockers == 0:
            push_event(releases, child.arrival, edge.child, edge.child)
        at = edge.next


@njit(cache=True, inline="always")
def remember_runtime(users, job):
    """Keep the user's last two run times, which predict the next one."""
    user = users[job.user]
    user.before = user.last
    user.last = job.end - job.start
    user.ended += 1


@njit(cache=True, inline="always")
def predict(users, job):
    """The mean of the user's last two run times in whole seconds, at most the limit.

    Without two of them it is the limit. Source: Tsafrir, Etsion, Feitelson, "Backfilling using
    system-generated predictions rather than user runtime estimates", IEEE TPDS 18(6), 2007.
    """
    user = users[job.user]
    if user.ended < 2:
        return job.limit
    return min(job.limit, np.floor((user.last + user.before) / 2.0))


@njit(cache=True, inline="always")
def correct(jobs, running, running_blocks, row):
    """A job has outlived its prediction: from now on it is expected to use its whole limit."""
    job = jobs[row]
    remove(running, running_blocks, job.expected, row)
    job.expected = job.start + job.limit
    insert(running, running_blocks, job.expected, row, job.cores, 0, 0.0)


@njit(cache=True, inline="always")
def expected_next(running, running_blocks):
    """When the next running job is believed to end; infinity if none runs."""
    if running_blocks[0].count == 0:
        return np.inf
    return running[running_blocks[1].first].key
