"""The scheduler core run on from a moment, many times, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit, typeof, types

from hpcsim.cluster.actions import begin, enqueue
from hpcsim.cluster.compiled import ORDER, PASS, PLACE, STATE
from hpcsim.cluster.loop import advance
from hpcsim.cluster.ordered import clear
from hpcsim.cluster.state import INDEPENDENT

from .draws import MOST_ALIKE, alike, draw_all, draw_arrivals
from .log import Columns

MOST_ARRIVALS = 20_000
_SHARED = 257


@njit(cache=True)
def _empty(state):
    """The state as if nothing had ever been handed in."""
    world = state.world[0]
    world.free = world.cores
    world.jobs = world.arrived = world.started = world.ended = world.events = 0
    world.blocked = world.shadow_valid = world.changed = 0
    world.watch = world.head = world.scanned_head = world.noted_head = -1
    state.ends[0].job = state.corrections[0].job = state.releases[0].job = 0
    clear(state.running_blocks)
    clear(state.waiting_blocks)
    if world.by_estimate:
        clear(state.scan_blocks)


@njit(cache=True)
def _put(state, submit, runtime, limit, cores):
    """Hand in one job; its row."""
    world = state.world[0]
    row = world.jobs
    job = state.jobs[row]
    job.submit = job.arrival = submit
    job.runtime = runtime
    job.limit = job.estimate = limit
    job.cores = job.node_cores = cores
    job.nodes = 1
    job.user = 0
    job.start = job.end = np.nan
    job.first_edge = -1
    job.blockers = job.released = job.state = job.backfilled = job.watched = 0
    job.dependent = INDEPENDENT
    world.jobs = row + 1
    return row


@njit(cache=True)
def _restore(state, key, now, log, present, running, runs):
    """Let the first `running` of the jobs in `present` run and the others wait, as at `now`."""
    world = state.world[0]
    for i in range(len(present)):
        job = present[i]
        row = _put(state, log.submit[job], runs[i], log.limit[job], log.cores[job])
        if i < running:
            world.now = log.start[job]
            begin(world, state.jobs, state.ends, state.corrections, state.running,
                  state.running_blocks, row)  # fmt: skip
            continue
        world.now = now
        state.jobs[row].key = key(state.jobs[row], now)
        enqueue(world, state.jobs, state.waiting, state.waiting_blocks, state.scan,
                state.scan_blocks, row)  # fmt: skip
    world.now = now
    world.arrived = world.jobs
    world.nudged = 1


@njit(cache=True)
def _run_on(state, key, schedule, place, first, starts):
    """Advance until all jobs from row `first` on have started; when they did, or infinity."""
    rows = len(starts)
    for i in range(rows):
        state.jobs[first + i].watched = 1
    waits = True
    while waits:
        advance(state, key, schedule, place, np.inf)
        waits = False
        for i in range(rows):
            starts[i] = state.jobs[first + i].start
            waits = waits or np.isnan(starts[i])
        if state.world[0].watch < 0:
            break
    for i in range(rows):
        if np.isnan(starts[i]):
            starts[i] = np.inf


_SIGNATURE = types.void(
    STATE,
    ORDER,
    PASS,
    PLACE,
    typeof(Columns.empty()),
    types.float64,
    types.float64,
    types.int64[::1],
    types.int64,
    types.float64[:, ::1],
    types.float64[:, ::1],
    typeof(np.random.default_rng()),
)


@njit(_SIGNATURE, cache=True)
def simulate(
    state, key, schedule, place, log, now, horizon, present, running, starts, runs, rng
):  # fmt: skip
    """A future a row of `starts`: for the last jobs of `present`, when they start in it.

    `runs` is filled with how long they then run. Run times are drawn unless `horizon` is negative:
    then everything lasts as long as it may and nothing more arrives.
    """
    count = len(present)
    asked = starts.shape[1]
    elapsed = np.zeros(count)
    limits = np.empty(count)
    group = np.empty(count, np.int64)
    pools = np.empty((count, MOST_ALIKE))
    counts = np.zeros(count, np.int64)
    lasts = np.empty(count)
    shared = np.empty(_SHARED)
    times, come_for = np.empty(MOST_ARRIVALS), np.empty(MOST_ARRIVALS)
    sources = np.empty(MOST_ARRIVALS, np.int64)
    for i in range(count):
        job = present[i]
        limits[i] = log.limit[job]
        lasts[i] = limits[i]
        if i < running:
            elapsed[i] = now - log.start[job]
            lasts[i] = max(limits[i], elapsed[i] + 1.0)
        length = int(min(limits[i], 1e9))
        group[i] = (log.user[job] * 31 + length + log.cores[job] * 7) % _SHARED
        if horizon >= 0:
            counts[i] = alike(log, job, now, elapsed[i], pools[i])
    for future in range(starts.shape[0]):
        if horizon >= 0:
            draw_all(pools, counts, elapsed, limits, group, shared, rng, lasts)
        _empty(state)
        runs[future] = lasts[count - asked :]
        if asked == 1:
            lasts[count - 1] = 0.0  # its end is its start, at which the future may stop
        _restore(state, key, now, log, present, running, lasts)
        if horizon > 0:
            many = draw_arrivals(log, now, horizon, rng, times, sources, come_for)
            for i in range(many):
                source = sources[i]
                _put(state, times[i], come_for[i], log.limit[source], log.cores[source])
        _run_on(state, key, schedule, place, count - asked, starts[future])
