"""Preemption: running jobs of a lesser QOS or tier give way to one that would not fit otherwise.

The jobs that cost least go: of the smallest worth, then those that started last, and no more of
them than it takes. Where there is a grace time they are told, end when it is over, and the job
that needs their nodes waits for it as the head of the queue.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import release_followers
from .caps import leave_meters
from .charge import charge_ended
from .events import drop_event, hasten_event, push_event
from .flowing import note
from .lives import keep_progress, note_stop
from .node_shares import expect_later, give_back, holds
from .ordered import insert, remove
from .standing import REQUEUE
from .state import FOLLOWS, PREEMPTED, UNSEEN
from .ties import after_run
from .windows import may_run


@njit(cache=True)
def evict(state, world, row, mode):
    """Take running job `row`, whose end event is gone, off its nodes: it comes again or is over."""
    jobs = state.jobs
    job = jobs[row]
    ask = state.asks[row]
    world.preemptions += 1
    lost_s = keep_progress(world, job, state.lives[row]) if world.mortal else world.now - job.start
    world.preempted_core_s += job.cores * lost_s
    note_stop(world, state.stops, state.draws, job, row, lost_s, PREEMPTED)
    if job.released == 0:
        remove(state.running, state.running_blocks, job.expected, row)
        world.free += job.cores
        give_back(world, jobs, state.nodes, state.free, state.shares, state.levels, row)
    drop_event(state.corrections, job.turn)
    charge_ended(world, jobs, state.asks, state.kinds, state.assocs, state.metered, state.meters,
                 state.weights, row)  # fmt: skip
    if job.flow > 0:
        note(world, job, row)
    ask.notice = ask.cut = 0
    ask.preempted += 1
    job.turn = -1
    world.blocked = 0
    if mode == REQUEUE:
        job.state = UNSEEN
        job.dependent = FOLLOWS  # it does not come by its submit time a second time
        push_event(state.releases, world.now, row, row)
    else:
        job.state = PREEMPTED
        job.end = world.now
        world.ended += 1
        leave_meters(state.asks, state.kinds, state.metered, state.meters, row)
        if job.first_edge >= 0:
            release_followers(jobs, state.edges, state.releases, row)
        if job.watched:
            world.watch = row
    after_run(world, jobs, state.terms, state.links, state.counters, state.releases, row)


@njit(cache=True)
def _give_notice(state, world, row, mode, until):
    """Let running job `row` end at `until` at the latest, to come again or not."""
    job = state.jobs[row]
    state.asks[row].notice = mode
    if job.end <= until:
        return
    job.end = until
    state.asks[row].cut = 1
    hasten_event(state.ends, job.turn, until)
    if until < job.expected:
        remove(state.running, state.running_blocks, job.expected, row)
        job.expected = until
        insert(state.running, state.running_blocks, until, row, job.cores, 0, 0.0)
        expect_later(world, state.jobs, state.nodes, state.free, state.shares, row)


@njit(cache=True)
def _candidates(state, world, route):
    """Running jobs that give way to one of route `route`, those that cost least first."""
    count = state.running_blocks[0].total
    rows = np.empty(count, np.int64)
    worth = np.empty(count, np.float64)
    ages = np.empty(count, np.float64)
    found = 0
    for at in range(1, state.running_blocks[0].count + 1):
        block = state.running_blocks[at]
        for i in range(block.first, block.first + block.count):
            row = state.running[i].job
            other = state.kinds[state.asks[row].kind].route
            if state.preempts[route, other] > 0:
                rows[found] = row
                worth[found] = state.routes[other].worth
                ages[found] = -state.jobs[row].turn
                found += 1
    by_age = np.argsort(ages[:found], kind="mergesort")
    order = by_age[np.argsort(worth[:found][by_age], kind="mergesort")]
    return rows[:found][order]


@njit(cache=True)
def _fits(state, world, row, n, cores, memory, gres):
    """Whether node `n` with so much of everything free takes its part of job `row` from now on."""
    job = state.jobs[row]
    node = state.nodes[n]
    if cores[n] < job.node_cores or memory[n] < job.node_memory:
        return False
    if (node.mask & job.mask) != job.mask or (job.exclusive and cores[n] != node.cores):
        return False
    if not holds(world.lanes, gres[n], job.node_gres):
        return False
    return world.windowed == 0 or may_run(
        state.windows, state.where[0, n], state.terms[row].reservation, world.now, job.limit
    )


@njit(cache=True)
def _release(state, world, row, victim, sign, cores, memory, gres):
    """Count what `victim` holds as free (`sign` 1) or not (-1); how many nodes more fit `row`."""
    change = 0
    at = state.jobs[victim].first_share
    while at >= 0:
        share = state.shares[at]
        n = share.node
        change -= _fits(state, world, row, n, cores, memory, gres)
        cores[n] += sign * share.cores
        memory[n] += sign * share.memory
        gres[n] += sign * share.gres
        change += _fits(state, world, row, n, cores, memory, gres)
        at = share.next_in_job
    return change


@njit(cache=True)
def _fewest(state, world, row, candidates):
    """The first of `candidates` that make room for `row`, none of them in vain.

    Returns how many they are, moved to the front; 0 where those that have notice are enough, -1
    where all are not.
    """
    count = len(state.free)
    cores = state.free.astype(np.int64)
    memory = np.empty(count, np.int64)
    gres = np.empty(count, np.int64)
    for n in range(count):
        memory[n] = state.nodes[n].free_memory
        gres[n] = state.nodes[n].free_gres
    fitting = 0
    for n in range(count):
        fitting += _fits(state, world, row, n, cores, memory, gres)
    wanted = state.jobs[row].nodes
    for victim in candidates:
        if state.asks[victim].notice:
            fitting += _release(state, world, row, victim, 1, cores, memory, gres)
    taken = 0
    for i in range(len(candidates)):
        if fitting >= wanted:
            break
        victim = candidates[i]
        if not state.asks[victim].notice:
            fitting += _release(state, world, row, victim, 1, cores, memory, gres)
            candidates[taken] = victim
            taken += 1
    if fitting < wanted:
        return -1
    kept = taken
    for i in range(taken - 1, -1, -1):
        change = _release(state, world, row, candidates[i], -1, cores, memory, gres)
        if fitting + change >= wanted:
            fitting += change
            kept -= 1
            for j in range(i, kept):
                candidates[j] = candidates[j + 1]
        else:
            _release(state, world, row, candidates[i], 1, cores, memory, gres)
    return kept


@njit(cache=True)
def make_room(state, world, row, head):
    """Let running jobs give way to job `row`; whether it fits now.

    With a blocked `head` before it, only for a job that ends by the head's shadow time.
    """
    route = state.kinds[state.asks[row].kind].route
    if not state.preempts[route].any():
        return False
    if head >= 0 and world.now + state.jobs[row].estimate > world.shadow:
        return False
    victims = _candidates(state, world, route)
    count = _fewest(state, world, row, victims)
    grace = 0.0
    for i in range(count):
        other = state.kinds[state.asks[victims[i]].kind].route
        grace = max(grace, state.routes[other].grace)
    for i in range(count):
        victim = victims[i]
        mode = state.preempts[route, state.kinds[state.asks[victim].kind].route]
        if grace > 0:
            _give_notice(state, world, victim, mode, world.now + grace)
        else:
            drop_event(state.ends, state.jobs[victim].turn)
            evict(state, world, victim, mode)
    return count > 0 and grace == 0
