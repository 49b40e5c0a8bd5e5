"""A scheduling pass where there is more to heed than the queue's order and what is free.

The same pass as without rules, job by job, with three differences: a job that a rule holds back
is passed over and keeps nobody waiting; nothing starts that would run into a window; the first
job that is held by nothing but resources is the head for which nodes are kept.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import still_held
from .caps import admit_to_meters, over_cap
from .charge import charge_ended, charge_started
from .counters import drop_claims, hold_claims, lacking
from .node_pass import kth_smallest, may_fit, release_due
from .node_shares import when_fits
from .power import settle_power
from .power_start import has_power, start_here
from .reasons import PRIORITY, RESERVATION, RESOURCES, change_reason
from .shapes import pick_shape
from .ties import tell_ties
from .windows import admitting, all_open, close_nodes, earliest, look_ahead, open_nodes

# What a look at a waiting job finds.
HELD_BACK, DOES_NOT_FIT, GOES = range(3)


@njit(cache=True)
def held_back(state, world, row):
    """The reason of the rule that keeps job `row` from starting now, 0 for none."""
    if world.metered:
        admit_to_meters(state.asks, state.kinds, state.metered, state.meters, row)
        reason = over_cap(world, state.jobs, state.asks, state.kinds, state.metered, state.meters,
                          state.weights[0].decay, row)  # fmt: skip
        if reason > 0:
            return reason
    return lacking(state.terms[row], state.links, state.counters)


@njit(cache=True)
def begin_pass(state, world):
    """Count what is due at this moment as free, and look how far windows are."""
    jobs, running, blocks = state.jobs, state.running, state.running_blocks
    for at in range(1, blocks[0].count + 1):
        block = blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = running[i]
            if entry.key > world.now:
                break
            if jobs[entry.job].end <= world.now:
                drop_claims(state.terms[entry.job], state.links, state.counters)
                if world.charged:
                    charge_ended(world, jobs, state.asks, state.kinds, state.assocs,
                                 state.metered, state.meters, state.weights, entry.job)  # fmt: skip
        if block.last_key > world.now:
            break
    if release_due(world, jobs, running, blocks, state.nodes, state.free, state.shares,
                   state.levels):  # fmt: skip
        world.blocked = 0
    if world.windowed:
        look_ahead(world, state.windows)


@njit(cache=True)
def start(state, world, row, passes):
    """Start job `row`, which has left the queue, on the chosen nodes."""
    job = state.jobs[row]
    job.backfilled = passes
    change_reason(world, state.asks, state.held, row, 0)
    start_here(state, world, row)
    if world.charged:
        charge_started(world, state.jobs, state.asks, state.kinds, state.assocs, state.metered,
                       state.meters, state.weights)  # fmt: skip
        if still_held(job) == 0:
            charge_ended(world, state.jobs, state.asks, state.kinds, state.assocs, state.metered,
                         state.meters, state.weights, row)  # fmt: skip
    term = state.terms[row]
    if term.first_claim > 0 and still_held(job) > 0:
        hold_claims(term, state.links, state.counters)
    if term.first_tie > 0:
        tell_ties(world, state.jobs, state.terms, state.links, state.releases, row)


@njit(cache=True)
def _place_between_windows(state, world, place, row, head):
    """Choose nodes for job `row` among those on which it may run now."""
    term = state.terms[row]
    limit = state.jobs[row].limit
    if all_open(world, term, limit):
        return place(state, row, head)
    admits = close_nodes(world, state.windows, state.where, state.free, term, limit)
    goes = place(state, row, head)
    open_nodes(state.where, state.free, admits)
    return goes


@njit(cache=True)
def consider(state, world, place, row, head):
    """Whether job `row` may start now, with `head` (-1: none) waiting; its nodes are chosen then.

    Writes down why it waits if it does.
    """
    reason = held_back(state, world, row)
    if reason > 0:
        change_reason(world, state.asks, state.held, row, reason)
        return HELD_BACK
    term = state.terms[row]
    if term.first_shape > 0:
        pick_shape(state, world, row)
    job = state.jobs[row]
    if term.reservation > 0:
        # Its nodes are kept for it already, so it stands in no other's way.
        if may_fit(state.jobs, state.levels, row) and _place_between_windows(
            state, world, place, row, -1
        ):
            return GOES
        change_reason(world, state.asks, state.held, row, RESERVATION)
        return HELD_BACK
    if may_fit(state.jobs, state.levels, row):
        keeps = head >= 0 and world.now + job.estimate > world.shadow
        if _place_between_windows(state, world, place, row, head if keeps else -1) and has_power(
            state, world, row, head
        ):
            return GOES
    change_reason(world, state.asks, state.held, row, RESOURCES if head < 0 else PRIORITY)
    return DOES_NOT_FIT


@njit(cache=True)
def _fit_times(nodes, count):
    times = np.empty(count, np.float64)
    for n in range(count):
        times[n] = nodes[n].fit_time
    return times


@njit(cache=True)
def settle_head(state, world, head):
    """Settle when the blocked job `head` can start, and which nodes may not be taken till then.

    Returns whether it can: nodes that are down or windows without end leave no such time.
    """
    jobs, nodes, free, shares = state.jobs, state.nodes, state.free, state.shares
    job = jobs[head]
    count = len(free)
    if world.head != head:
        world.head = head
        world.head_number += 1
        world.shadow_valid = 0
        for n in range(count):
            nodes[n].fit_time = when_fits(world, nodes, free, shares, n, job)
            nodes[n].fit_head = world.head_number
    if world.shadow_valid and world.fitting >= job.nodes:
        if world.powered:
            settle_power(state, world, head)
        return True
    term = state.terms[head]
    times = _fit_times(nodes, count)
    world.shadow = kth_smallest(times, count, job.nodes)
    # Windows part the time only if one is in the way of the head as it would start without.
    world.parted = max(world.now, world.shadow) + job.limit > world.clear_until
    if world.parted:
        world.shadow = earliest(world, state.windows, state.where, term, job.limit,
                                _fit_times(nodes, count), job.nodes)  # fmt: skip
    admits = admitting(state.windows, term.reservation, world.shadow, job.limit)
    fitting = 0
    for n in range(count):
        node = nodes[n]
        node.walled = world.parted and not admits[state.where[0, n]]
        if node.fit_time <= world.shadow and not node.walled:
            fitting += 1
    world.fitting = fitting
    world.shadow_valid = 1
    if world.powered:
        settle_power(state, world, head)
    return world.shadow < np.inf or not world.parted
