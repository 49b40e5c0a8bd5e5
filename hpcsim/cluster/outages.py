"""Nodes that go down and come back, and what that does to the jobs on them."""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import release_followers
from .borrow import borrowed_state
from .caps import leave_meters
from .charge import charge_ended
from .compiled import STATE_ARGUMENT_NODE
from .events import drop_event, push_event
from .flowing import note
from .lives import keep_progress, note_stop
from .node_shares import give_back, node_changed, raise_crest, shift_level
from .ordered import remove
from .power import asleep, note_sleep
from .state import COMPLETED, FOLLOWS, NODE_FAIL, OUT_OF_REACH, UNSEEN
from .ties import after_run


@njit(cache=True)
def _stop(world, jobs, edges, ends, corrections, releases, running, running_blocks, nodes, free,
          shares, levels, lives, stops, draws, row, requeue):  # fmt: skip
    """Take a running job off its nodes; it comes again at once, or has failed."""
    job = jobs[row]
    now = world.now
    lost_s = keep_progress(world, job, lives[row]) if world.mortal else now - job.start
    world.lost_core_s += job.cores * lost_s
    note_stop(world, stops, draws, job, row, lost_s, NODE_FAIL)
    if job.released == 0:
        remove(running, running_blocks, job.expected, row)
        world.free += job.cores
        give_back(world, jobs, nodes, free, shares, levels, row)
    # A heap has a slot a job: an event that is void must not stay in it.
    drop_event(ends, job.turn)
    drop_event(corrections, job.turn)
    job.turn = -1
    if job.flow > 0:
        note(world, job, row)
    if job.requeues < requeue:
        job.requeues += 1
        job.state = UNSEEN
        job.dependent = FOLLOWS  # it does not come by its submit time a second time
        push_event(releases, now, row, row)
        return
    job.state = NODE_FAIL
    job.end = now
    world.ended += 1
    if job.first_edge >= 0:
        release_followers(jobs, edges, releases, row)


@njit(STATE_ARGUMENT_NODE, cache=True)
def node_down(state, n, requeue):
    """Node `n` goes down now: its jobs are stopped, and come again up to `requeue` times."""
    state = borrowed_state(state)
    world, nodes, free, levels = state.world[0], state.nodes, state.free, state.levels
    node = nodes[n]
    if node.down > 0:
        node.down += 1
        return
    at = node.first_share
    while at >= 0:
        row = state.shares[at].job
        at = state.shares[at].next_in_node
        if state.jobs[row].end <= world.now:
            continue  # it ends at this very moment, and its end has still to be told
        _stop(world, state.jobs, state.edges, state.ends, state.corrections, state.releases,
              state.running, state.running_blocks, nodes, free, state.shares, levels,
              state.lives, state.stops, state.draws, row, requeue)  # fmt: skip
        if world.charged:
            charge_ended(world, state.jobs, state.asks, state.kinds, state.assocs, state.metered,
                         state.meters, state.weights, row)  # fmt: skip
        if world.metered and state.jobs[row].state >= COMPLETED:
            leave_meters(state.asks, state.kinds, state.metered, state.meters, row)
        if world.ruled:
            after_run(world, state.jobs, state.terms, state.links, state.counters, state.releases,
                      row)  # fmt: skip
    if world.powered and asleep(world, node, free[n]):
        off = node.idle_since + world.off_after
        note_sleep(world, state.sleeps, off, world.now, world.now, n)
    node.down = 1
    shift_level(levels, free[n], 0)
    free[n] -= OUT_OF_REACH
    world.free -= node.cores
    node_changed(world, state.jobs, nodes, free, state.shares, n)
    world.blocked = 0
    world.nudged = 1


@njit(STATE_ARGUMENT_NODE, cache=True)
def node_up(state, n, requeue):
    """One reason less for node `n` to be down; with none left it takes jobs again."""
    state = borrowed_state(state)
    world, nodes, free = state.world[0], state.nodes, state.free
    node = nodes[n]
    node.down -= 1
    if node.down > 0:
        return
    free[n] += OUT_OF_REACH
    node.idle_since = world.now
    shift_level(state.levels, 0, free[n])
    raise_crest(nodes, n, free[n])
    world.free += node.cores
    world.freed = max(world.freed, np.int64(free[n]))
    node_changed(world, state.jobs, nodes, free, state.shares, n)
    world.blocked = 0
    world.nudged = 1
