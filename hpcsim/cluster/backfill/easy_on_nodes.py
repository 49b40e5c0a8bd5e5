"""EASY over nodes: a job may pass the head if enough nodes still fit the head at its shadow time.

Each node knows when it fits the head; the shadow time is the moment at which enough do. A job that
ends by then may take any node; one that runs on may take nodes that fit the head beside it, or do
not fit it by then anyway, and of the others as many as the head can spare.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.actions import enqueue, leave_queue
from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE
from hpcsim.cluster.node_pass import find_shadow, may_fit, release_due
from hpcsim.cluster.node_shares import count_beside, holds
from hpcsim.cluster.ordered import remove, remove_at
from hpcsim.cluster.power import delay_s, settle_power, watts_time
from hpcsim.cluster.power_start import has_power, start_here

SUMMARY = "a job may pass if the head of the queue is not delayed"
LOOKS = 3  # so many jobs are looked at one by one before nodes are counted for all others
SOURCE = "Lifka, JSSPP 1995; Mu'alem, Feitelson, IEEE TPDS 12(6), 2001"


@njit(cache=True, inline="always")
def _start(state, world, row):
    start_here(state, world, row)


@njit(cache=True, inline="always")
def _may_go_first(state, world, place, row):
    """Whether job `row`, the first of the queue, has nodes and power now."""
    if not may_fit(state.jobs, state.levels, row) or not place(state, row, -1):
        return False
    return has_power(state, world, row, -1)


@njit(cache=True, inline="always")
def _leave(state, world, row):
    leave_queue(world, state.jobs, state.waiting, state.waiting_blocks, state.scan,
                state.scan_blocks, row)  # fmt: skip


@njit(cache=True, inline="always")
def _settle_head(state, world, head):
    not_before = -np.inf
    if world.cap_w < np.inf and world.powered:
        not_before = watts_time(state, world, head)
        world.shadow_valid = 0
    find_shadow(world, state.jobs, state.nodes, state.free, state.shares, state.running,
                state.running_blocks, head, not_before)  # fmt: skip
    if world.powered:
        settle_power(state, world, head)


@njit(cache=True, inline="always")
def _may_pass(state, world, place, row, head, past):
    """Whether job `row` has nodes and power now beside `head`; `past`: it outlasts its shadow."""
    if not place(state, row, head if past else -1):
        return False
    if world.rationed == 0:
        return True
    ready = world.now + delay_s(state, world, row)
    late = past == 0 and ready + state.jobs[row].estimate > world.shadow
    if late and not place(state, row, head):
        return False
    return has_power(state, world, row, head)


@njit(cache=True, inline="always")
def _try_to_pass(state, world, place, row, head):
    """Whether job `row` may start now although `head` waits; its nodes are chosen then."""
    job = state.jobs[row]
    if not may_fit(state.jobs, state.levels, row):
        return False
    _settle_head(state, world, head)
    past = 0 if world.now + job.estimate <= world.shadow else 1
    return _may_pass(state, world, place, row, head, past)


@njit(cache=True, inline="always")
def _try_arrival(state, world, place, row):
    """1: started. 0: has to wait, and nothing else can start. -1: a whole pass must tell."""
    if state.waiting_blocks[0].count == 0:
        if _may_go_first(state, world, place, row):
            _start(state, world, row)
            return 1
        world.blocked = 1
        world.head = -1
        return 0
    head = state.waiting[state.waiting_blocks[1].first]
    if world.blocked == 0 or state.jobs[row].key < head.key:
        return -1
    if _try_to_pass(state, world, place, row, head.job):
        state.jobs[row].backfilled = 1
        _start(state, world, row)
        return 1
    return 0


@njit(cache=True, inline="always")
def _start_heads(state, world, place):
    """Start jobs in the queue's order as long as each fits."""
    while state.waiting_blocks[0].count > 0:
        row = state.waiting[state.waiting_blocks[1].first].job
        if not _may_go_first(state, world, place, row):
            break
        world.head = -1
        _leave(state, world, row)
        _start(state, world, row)


@njit(cache=True)
def _known_to_fail(lanes, refused, job, past):
    """Whether a job that asks for no more of anything has failed in this pass already."""
    for kind in range(2):
        no = refused[past, kind]
        if (
            job.nodes >= no[0]
            and job.node_cores >= no[1]
            and job.node_memory >= no[2]
            and holds(lanes, job.node_gres, no[3])
        ):
            return True
    return False


@njit(cache=True)
def _remember_failure(refused, job, past):
    """Keep the least demanding failure of jobs of one node, and of several."""
    no = refused[past, 1 if job.nodes > 1 else 0]
    plain = job.mask == 0 and job.exclusive == 0
    if plain and job.nodes <= no[0] and job.node_cores <= no[1] and job.node_memory <= no[2]:
        no[0] = job.nodes
        no[1] = job.node_cores
        no[2] = job.node_memory
        no[3] = job.node_gres


@njit(cache=True, inline="always")
def _most_cores_to_look_for(world, levels, head):
    """Jobs that want more cores of a node than this cannot start in this pass.

    As long as the head, its shadow time and what it can spare are as they were at the last scan,
    who was refused then can only start with the help of a node that was given back since.
    """
    top = len(levels) - 1
    if world.rationed:
        return top  # power may have come back where no node did
    if (
        world.scanned_head == head
        and world.scanned_shadow == world.shadow
        and world.scanned_fitting >= world.fitting
    ):
        top = min(top, world.freed)
    world.scanned_head = head
    world.scanned_shadow = world.shadow
    world.freed = 0
    return top


@njit(cache=True, inline="always")
def _count_beside(state, world, head, beside):
    """Count the nodes for jobs that run past the shadow time; the most cores they can have."""
    count_beside(world, state.nodes, state.shares, state.free, state.levels, state.jobs[head],
                 beside)  # fmt: skip
    widest = len(beside) - 1
    while widest > 0 and beside[widest] == 0:
        widest -= 1
    return widest


@njit(cache=True, inline="always")
def _pass_head(state, world, entries, blocks, others, other_blocks, at, index):
    """Start entry number `index` of block `at` on the chosen nodes."""
    row = np.int64(entries[blocks[at].first + index].job)
    remove_at(entries, blocks, at, index)
    if world.by_estimate:
        remove(others, other_blocks, state.jobs[row].key, row)
    state.jobs[row].backfilled = 1
    _start(state, world, row)


@njit(cache=True, inline="always")
def _all_too_large(world, levels, beside, top, widest, failures, block):
    """Whether no job of the block of waiting jobs can start, told by its least demands."""
    if levels[block.least_cores] < block.least_nodes:
        return True
    if world.now + block.least_length <= world.shadow:
        return block.least_cores > top
    return block.least_cores > min(top, widest) or (
        failures >= LOOKS and beside[block.least_cores] < block.least_nodes
    )


@njit(cache=True, inline="always")
def _scan_queue(state, world, place, entries, blocks, others, other_blocks, head):
    """Go once through `entries` and start whoever may pass `head`."""
    jobs, levels = state.jobs, state.levels
    refused = np.full((2, 2, 4), 2**31 - 1, np.int64)
    refused[:, :, 3] = 0
    top = _most_cores_to_look_for(world, levels, head)
    beside = np.empty(len(levels), np.int32)
    widest = top  # the most cores a node that a job may have which runs past the shadow time
    failures = 0  # of such jobs since `beside` was last counted; below LOOKS it is not true
    at = 1
    while at <= blocks[0].count:
        while top > 0 and levels[top] == 0:
            top -= 1
        if top == 0:
            break
        block = blocks[at]
        if _all_too_large(world, levels, beside, top, widest, failures, block):
            at += 1
            continue
        least_cores = np.int64(2**31 - 1)
        least_nodes = np.int64(2**31 - 1)
        i = 0
        started = False
        while i < block.count:
            entry = entries[block.first + i]
            row = entry.job
            goes = False
            if entry.cores <= top and levels[entry.cores] >= entry.nodes and row != head:
                past = 0 if world.now + entry.length <= world.shadow else 1
                too_many = past == 1 and failures >= LOOKS and beside[entry.cores] < entry.nodes
                if not too_many and not _known_to_fail(world.lanes, refused, jobs[row], past):
                    goes = _may_pass(state, world, place, row, head, past)
                    if not goes and world.rationed == 0:
                        _remember_failure(refused, jobs[row], past)
                        failures += past
                        if failures == LOOKS and past:
                            widest = _count_beside(state, world, head, beside)
            if not goes:
                least_cores = min(least_cores, entry.cores)
                least_nodes = min(least_nodes, entry.nodes)
                i += 1
                continue
            blocks_before = blocks[0].count
            _pass_head(state, world, entries, blocks, others, other_blocks, at, i)
            started = True
            failures = 0
            widest = top
            if blocks[0].count < blocks_before and i == 0:
                break
        else:
            block.least_cores = least_cores
            block.least_nodes = least_nodes
            at += 1
            continue
        if not started:
            at += 1
    world.scanned_fitting = world.fitting


@njit(PASS_SIGNATURE, cache=True)
def schedule(state, place, new):
    """One EASY pass over nodes."""
    state = borrowed_state(state)
    world = state.world[0]
    if release_due(world, state.jobs, state.running, state.running_blocks, state.nodes,
                   state.free, state.shares, state.levels):  # fmt: skip
        world.blocked = 0
    if new >= 0:
        verdict = _try_arrival(state, world, place, new)
        if verdict <= 0:
            enqueue(world, state.jobs, state.waiting, state.waiting_blocks, state.scan,
                    state.scan_blocks, new)  # fmt: skip
        if verdict >= 0:
            return
    if state.waiting_blocks[0].count == 0:
        return
    _start_heads(state, world, place)
    world.blocked = state.waiting_blocks[0].count > 0
    if state.waiting_blocks[0].total < 2:
        return
    head = np.int64(state.waiting[state.waiting_blocks[1].first].job)
    _settle_head(state, world, head)
    if world.by_estimate:
        _scan_queue(state, world, place, state.scan, state.scan_blocks, state.waiting,
                    state.waiting_blocks, head)  # fmt: skip
    else:
        _scan_queue(state, world, place, state.waiting, state.waiting_blocks, state.scan,
                    state.scan_blocks, head)  # fmt: skip
