"""The compiled event loop of policies that decide in passes.

At one moment predictions that have passed are corrected first; then come arrivals, in job order,
then ends, in the order in which the jobs started. Each arrival and each end is followed by a
scheduling pass of its own, unless the cycle gathers them.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from .actions import correct, enqueue
from .borrow import borrowed_state
from .caps import admit_to_meters, leave_meters
from .charge import charge_ended, charge_started
from .compiled import ORDER, PASS, PLACE, STATE
from .events import next_time, pop_event
from .flowing import attend, flow_over, next_flow
from .memory_retry import try_with_more_memory
from .node_shares import expect_later, give_back
from .ordered import clear, insert
from .period import compute_all, wind
from .preemption import evict
from .priority import settle_key
from .reasons import change_head
from .state import NO_ROOM, NOBODY, STREAM
from .steps import arrive, end, next_arrival, over
from .ties import admit, after_run, ring

EVERY_EVENT = 0.0
EVERY_INSTANT = -1.0


@njit(cache=True)
def _rekey(jobs, waiting, waiting_blocks, key, now):
    """Order the queue anew by keys that have changed with time; ties in row order."""
    count = waiting_blocks[0].total
    rows = np.empty(count, np.int64)
    n = 0
    for at in range(1, waiting_blocks[0].count + 1):
        block = waiting_blocks[at]
        for i in range(block.first, block.first + block.count):
            rows[n] = waiting[i].job
            n += 1
    rows.sort()
    keys = np.empty(count, np.float64)
    for i in range(count):
        keys[i] = key(jobs[rows[i]], now)
    clear(waiting_blocks)
    for i in np.argsort(keys, kind="mergesort"):
        job = jobs[rows[i]]
        job.key = keys[i]
        insert(waiting, waiting_blocks, job.key, rows[i], job.node_cores, job.nodes, job.estimate)


@njit(cache=True, inline="always")
def _pass_is_due(world, next_event, next_timer, until):
    """Whether a gathered pass comes before the next event; if so it is that moment now.

    A timer comes after the pass of its moment: a deadline ends the last chance to start by it.
    """
    if world.changed == 0:
        return False
    due = world.now if world.cycle == EVERY_INSTANT else world.next_pass
    if due >= next_event or due > next_timer or due >= until:
        return False
    world.now = due
    return True


@njit(cache=True, inline="always")
def _gather(world):
    """Remember that a gathered pass has something to look at."""
    if world.changed == 0:
        world.changed = 1
        if world.cycle > 0:
            world.next_pass = np.ceil(world.now / world.cycle) * world.cycle


@njit(cache=True, inline="always")
def _note_head(world, held, waiting, waiting_blocks):
    """After a pass: who is the first of the queue; one that starts stops being it."""
    head = np.int64(-1)
    if waiting_blocks[0].count > 0:
        head = np.int64(waiting[waiting_blocks[1].first].job)
    if head != world.noted_head:
        change_head(world, held, head)


@njit(cache=True, inline="always")
def _after_pass(state, world):
    """What every pass leaves to be told: who is first now, and who has begun to use."""
    _note_head(world, state.held, state.waiting, state.waiting_blocks)
    if world.last_started >= 0:
        charge_started(world, state.jobs, state.asks, state.kinds, state.assocs, state.metered,
                       state.meters, state.weights)  # fmt: skip
        wind(world, state.weights)


@njit(cache=True, inline="always")
def _decide(state, world, key, schedule, place, new):
    """A scheduling pass, over keys as they are at this moment."""
    if world.dynamic:
        _rekey(state.jobs, state.waiting, state.waiting_blocks, key, world.now)
    schedule(state, place, new)
    _after_pass(state, world)


@njit(cache=True, inline="always")
def _decide_due(state, world, key, schedule, place):
    """The pass that has gathered what happened."""
    _decide(state, world, key, schedule, place, -1)
    # Keys that age can let a job start although nothing has happened.
    waits = state.waiting_blocks[0].count > 0
    world.changed = world.cycle > 0 and world.dynamic and waits
    world.next_pass += world.cycle


@njit(cache=True, inline="always")
def _look_again(state, world, key, schedule, place):
    """Something but an arrival or an end may let a job start: a pass, now or when it is due."""
    if world.cycle != EVERY_EVENT:
        _gather(world)
    elif state.waiting_blocks[0].count > 0:
        _decide(state, world, key, schedule, place, -1)


@njit(cache=True, inline="always")
def _end_next(state, world):
    """The next running job ends now."""
    jobs = state.jobs
    if world.preempting:
        row = np.int64(state.ends[1].job)
        if state.asks[row].cut:
            pop_event(state.ends)
            evict(state, world, row, state.asks[row].notice)
            return
    if world.mortal and try_with_more_memory(state, world, state.ends[1].job):
        pop_event(state.ends)
        return
    row = end(world, jobs, state.edges, state.users, state.ends, state.releases, state.running,
              state.running_blocks, state.lives)  # fmt: skip
    _leave(state, world, row)


@njit(cache=True, inline="always")
def _end_flow(state, world, flows, flow_time):
    """A flow ends now, or a job whose flow was too slow; whether it is a stream's."""
    row, outcome = flow_over(world, state.jobs, state.ends, flows, flow_time)
    if row >= 0:
        over(world, state.jobs, state.edges, state.users, state.releases, state.running,
             state.running_blocks, row, outcome)  # fmt: skip
        _leave(state, world, row)
    return row < 0


@njit(cache=True, inline="always")
def _leave(state, world, row):
    """A job that has ended uses and holds nothing any more."""
    jobs = state.jobs
    if world.charged:
        charge_ended(world, jobs, state.asks, state.kinds, state.assocs, state.metered,
                     state.meters, state.weights, row)  # fmt: skip
    if world.metered:
        leave_meters(state.asks, state.kinds, state.metered, state.meters, row)
    if world.by_node:
        give_back(world, jobs, state.nodes, state.free, state.shares, state.levels, row)
    if world.ruled:
        after_run(world, jobs, state.terms, state.links, state.counters, state.releases, row)


@njit(cache=True, inline="always")
def _arrive_next(state, world, key, row):
    """The next job arrives now; its row if the coming pass shall look at it alone, else -1."""
    row = arrive(world, state.jobs, state.users, state.releases, key, row)
    if world.ruled and not admit(state, world, row):
        return np.int64(-1)
    if world.prioritised:
        settle_key(world, state.jobs, state.asks, state.kinds, state.assocs, state.weights, row)
    elif world.tiered:
        state.jobs[row].key -= state.kinds[state.asks[row].kind].points
    if world.metered:
        admit_to_meters(state.asks, state.kinds, state.metered, state.meters, row)
    wind(world, state.weights)
    if world.cycle == EVERY_EVENT and not world.dynamic:
        return row
    enqueue(world, state.jobs, state.waiting, state.waiting_blocks, state.scan,
            state.scan_blocks, row)  # fmt: skip
    # A scan that looks only at what freed nodes can help must look at the new one too.
    world.freed = max(world.freed, np.int64(state.jobs[row].node_cores))
    return np.int64(-1)


@njit(cache=True, inline="always")
def _correct(state, world):
    """The next prediction has passed; nothing is wrong if its job has ended or was stopped."""
    jobs, corrections = state.jobs, state.corrections
    still_runs = corrections[1].rank == jobs[corrections[1].job].turn
    row = pop_event(corrections)
    if still_runs:
        correct(jobs, state.running, state.running_blocks, row)
        if world.by_node:
            expect_later(world, jobs, state.nodes, state.free, state.shares, row)
        world.blocked = 0


@njit(cache=True, inline="always")
def _lacks_room(state, world):
    """Whether the next pass might preempt more runs than there is room to note.

    No more than all that run, and those that the pass itself starts, which are no more again.
    """
    if not world.preempting:
        return False
    return len(state.stops) - world.stops <= 2 * state.running_blocks[0].total


@njit(cache=True)
def run(state, flows, key, schedule, place, until):
    """The event loop; `flows` is None where nothing is shared, which is compiled by itself."""
    state = borrowed_state(state)
    world = state.world[0]
    jobs, ends = state.jobs, state.ends
    world.watch = NOBODY
    while world.watch == NOBODY:
        if _lacks_room(state, world):
            world.watch = NO_ROOM
            break
        if world.nudged:
            world.nudged = 0
            _look_again(state, world, key, schedule, place)
        flow_time = np.inf
        if flows is not None:
            flow_time = next_flow(world, jobs, ends, flows)
        time, row = next_arrival(world, jobs, state.releases)
        end_time = next_time(ends)
        correction_time = next_time(state.corrections)
        timer_time = next_time(state.timers)
        is_arrival = time <= min(end_time, flow_time)
        time = min(time, end_time, flow_time, correction_time)
        is_compute = world.next_compute <= time and world.next_compute < np.inf
        if is_compute:
            time = world.next_compute
        if _pass_is_due(world, time, timer_time, until):
            _decide_due(state, world, key, schedule, place)
            continue
        if timer_time < min(time, until):
            world.now = timer_time
            ring(state, world, pop_event(state.timers))
            _look_again(state, world, key, schedule, place)
            continue
        if min(time, timer_time) >= until or time == np.inf:
            return until
        world.now = time
        if is_compute:
            if compute_all(state, world):
                _look_again(state, world, key, schedule, place)
            continue
        world.events += 1
        if correction_time <= time:
            _correct(state, world)
            continue
        new = np.int64(-1)
        if is_arrival:
            new = _arrive_next(state, world, key, row)
        elif flows is not None and (flow_time <= end_time or jobs[ends[1].job].flow > 0):
            if _end_flow(state, world, flows, flow_time):
                world.watch = STREAM
                break
        elif ends[1].rank != jobs[ends[1].job].turn:
            pop_event(ends)  # its job was stopped before
            continue
        else:
            _end_next(state, world)
        if world.cycle != EVERY_EVENT:
            _gather(world)
        elif new >= 0 or state.waiting_blocks[0].count > 0:
            _decide(state, world, key, schedule, place, new)
    if flows is not None:
        attend(world, jobs, flows)
    return world.now


@njit(types.float64(STATE, ORDER, PASS, PLACE, types.float64), cache=True)
def advance(state, key, schedule, place, until):
    """Process everything before `until`, or up to and with the end of a watched job.

    Returns the time reached: that of the watched end, or `until`.
    """
    return run(state, None, key, schedule, place, until)
