"""What a job is beside its run time: the checkpoints it writes, and how it may end by itself.

A row a job, in worlds where jobs have lives. A job writes a checkpoint after each `interval` of
work, but none at its end. One that is stopped goes on, when it runs again, from its last one.
A job of too little memory ends early, and comes again with twice the memory.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit

# How a job ends where neither a limit nor a node's failure stops it.
COMPLETES, FAILS, WANTS_MEMORY = range(3)

LIFE = np.dtype(
    [
        ("work", "f8"),  # seconds of work that are left of the next run
        ("whole", "f8"),  # seconds of work of a run with enough memory
        ("interval", "f8"),  # seconds of work between two checkpoints; inf for none
        ("write", "f8"),  # seconds that one takes
        ("restart", "f8"),  # seconds of a run that has been stopped, before its work goes on
        ("need", "i4"),  # MiB of a node without which the job ends early
        ("most", "i4"),  # MiB of a node beyond which it asks for no more
        ("fate", "i1"),  # see above
        ("stopped", "i1"),  # it has run before
    ],
    align=True,
)

# A run that came to nothing, or not to its end: kept in the order of their ends.
STOP = np.dtype(
    [
        ("arrival", "f8"),  # when its job had joined the queue
        ("start", "f8"),
        ("end", "f8"),
        ("rest_w", "f8"),  # what it drew of its nodes' watts at rest, and
        ("work_w", "f8"),  # by its work
        ("lost_s", "f8"),  # how much of it has to be done again
        ("job", "i4"),
        ("cause", "i1"),  # the state in which the job would have ended without another run
    ],
    align=True,
)


@njit(cache=True)
def checkpoints(life):
    """How many checkpoints the next run writes."""
    if life.interval == np.inf or life.work <= 0:
        return 0.0
    return np.ceil(life.work / life.interval) - 1.0


@njit(cache=True)
def run_time(life):
    """How long the next run takes, with its restart and its checkpoints."""
    before = life.restart if life.stopped else 0.0
    return before + life.work + checkpoints(life) * life.write


@njit(cache=True)
def keep_progress(world, job, life):
    """A running job is stopped now: the seconds of the run that have to be done again."""
    ran = world.now - job.start
    worked = ran - (life.restart if life.stopped else 0.0)
    kept = 0.0
    if life.interval < np.inf and worked > 0:
        period = life.interval + life.write
        made = min(np.floor(worked / period), checkpoints(life))
        life.work -= made * life.interval
        world.checkpoint_core_s += job.cores * made * life.write
        kept = made * period
    life.stopped = 1
    job.runtime = run_time(life)
    if world.clairvoyant:
        job.estimate = min(job.runtime, job.limit)
    return ran - kept


@njit(cache=True)
def note_stop(world, stops, draws, job, row, lost_s, cause):
    """Keep a stopped run; those beyond the room that there is are only counted."""
    if world.stops < len(stops):
        stop = stops[world.stops]
        stop.arrival = job.arrival
        stop.start = job.start
        stop.end = world.now
        stop.lost_s = lost_s
        stop.job = row
        if world.powered:
            stop.rest_w = draws[row].rest_w
            stop.work_w = draws[row].work_w
        stop.cause = cause
    world.stops += 1


@njit(cache=True)
def has_too_little(job, life):
    """Whether the job's end is that of one that has run out of memory."""
    short = life.fate == WANTS_MEMORY and job.node_memory < life.need
    return short and job.runtime <= job.limit


@njit(cache=True)
def ask_for_more(world, job, life):
    """Twice the memory for the next run, at most a node's; with enough of it the job gets through.

    It begins anew: what it did with too little memory is lost.
    """
    job.node_memory = min(2 * job.node_memory, life.most)
    share = life.work / life.whole if life.whole > 0 else 0.0
    life.work = life.whole if job.node_memory >= life.need else share * life.whole
    life.stopped = 0
    job.runtime = run_time(life)
    if world.clairvoyant:
        job.estimate = min(job.runtime, job.limit)


def room_for(rows: np.ndarray, needed: int) -> np.ndarray:
    """The same records with room for `needed` of them."""
    if needed <= len(rows):
        return rows
    larger = np.zeros(max(needed, 2 * len(rows)), rows.dtype)
    larger[: len(rows)] = rows
    return larger.view(np.recarray) if config.DISABLE_JIT else larger
