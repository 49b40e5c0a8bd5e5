"""EASY: a job may pass the head of the queue if it does not delay it.

The head's shadow time is the first expected end at which enough cores are free for it; what is
left over at that moment is the extra. Another job may start if it ends by the shadow time or
fits into the extra. Source: Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995; Mu'alem,
Feitelson, IEEE TPDS 12(6), 2001.

Between two ends neither the shadow time nor the extra of a blocked head can get better for a job
that was refused, so an arrival is tried alone.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.actions import (
    begin,
    enqueue,
    expected_next,
    free_now,
    leave_queue,
    still_held,
)
from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE
from hpcsim.cluster.ordered import remove, remove_at

SUMMARY = "a job may pass if the head of the queue is not delayed"
SOURCE = "Lifka, JSSPP 1995; Mu'alem, Feitelson, IEEE TPDS 12(6), 2001"


@njit(cache=True, inline="always")
def _find_shadow(world, running, running_blocks, need):
    """Set the shadow time and the extra of a head that needs `need` cores more than are free."""
    free = world.free
    count = running_blocks[0].count
    at = 1
    while at <= count and free + running_blocks[at].total < need:
        free += running_blocks[at].total
        at += 1
    world.shadow_valid = 1
    if at > count:
        world.shadow = np.inf
        world.extra = free - need
        return
    block = running_blocks[at]
    i = 0
    while free < need:
        free += running[block.first + i].cores
        i += 1
    shadow = running[block.first + i - 1].key
    # Everything that ends at the shadow moment is free before the extra is counted.
    while True:
        if i == block.count:
            at += 1
            if at > count:
                break
            block = running_blocks[at]
            i = 0
        if running[block.first + i].key > shadow:
            break
        free += running[block.first + i].cores
        i += 1
    world.shadow = shadow
    world.extra = free - need


@njit(cache=True, inline="always")
def _start_heads(world, jobs, ends, corrections, running, running_blocks, waiting, waiting_blocks,
                 scan, scan_blocks, free):  # fmt: skip
    """Start jobs in the queue's order while they fit; the cores that are left."""
    while waiting_blocks[0].count > 0:
        head = waiting[waiting_blocks[1].first]
        if head.cores > free:
            break
        row = head.job
        free -= still_held(jobs[row])
        leave_queue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, row)
        begin(world, jobs, ends, corrections, running, running_blocks, row)
    return free


@njit(cache=True, inline="always")
def _pass_head(world, jobs, ends, corrections, running, running_blocks, row, free):
    """Start a job before the head, out of the queue already; the cores that are left."""
    job = jobs[row]
    if world.now + job.estimate > world.shadow:
        world.extra -= job.cores
    job.backfilled = 1
    begin(world, jobs, ends, corrections, running, running_blocks, row)
    return free - still_held(job)


@njit(cache=True, inline="always")
def _scan_queue(world, jobs, ends, corrections, running, running_blocks, entries, blocks,
                others, other_blocks, head, free):  # fmt: skip
    """Go once through `entries` and start whoever may pass `head`.

    `others` is the queue's other list, in which a job that starts stands too; its key there is
    the arrival key if `entries` is in estimate order.
    """
    now = world.now
    at = 1
    while at <= blocks[0].count and free > 0:
        block = blocks[at]
        if block.least_cores > free or (
            now + block.least_length > world.shadow and block.least_cores > world.extra
        ):
            at += 1
            continue
        least_cores = np.int64(2**31 - 1)
        least_length = np.inf
        started = False
        i = 0
        while i < block.count:
            entry = entries[block.first + i]
            fits = entry.cores <= free and entry.job != head
            if fits and (now + entry.length <= world.shadow or entry.cores <= world.extra):
                row = entry.job
                blocks_before = blocks[0].count
                remove_at(entries, blocks, at, i)
                if world.by_estimate:
                    remove(others, other_blocks, jobs[row].key, row)
                free = _pass_head(world, jobs, ends, corrections, running, running_blocks,
                                  row, free)  # fmt: skip
                started = True
                if blocks[0].count < blocks_before and i == 0:
                    # The block may be gone and the next one in its place: look at it afresh.
                    break
            else:
                least_cores = min(least_cores, entry.cores)
                least_length = min(least_length, entry.length)
                i += 1
        else:
            block.least_cores = least_cores
            block.least_length = least_length
            at += 1
            continue
        if not started:
            at += 1
    return free


@njit(cache=True, inline="always")
def _try_arrival(world, jobs, ends, corrections, running, running_blocks, waiting,
                 waiting_blocks, row):  # fmt: skip
    """Start a job that has just come if the queue lets it; whether it did, or None-like -1.

    1: started. 0: has to wait, and nothing else can start. -1: a whole pass must tell.
    """
    job = jobs[row]
    if expected_next(running, running_blocks) <= world.now:
        return -1
    if waiting_blocks[0].count == 0:
        if job.cores <= world.free:
            begin(world, jobs, ends, corrections, running, running_blocks, row)
            return 1
        world.blocked = 1
        world.shadow_valid = 0
        return 0
    head = waiting[waiting_blocks[1].first]
    if world.blocked == 0 or job.key < head.key:
        return -1
    if job.cores > world.free:
        return 0
    if world.shadow_valid == 0:
        _find_shadow(world, running, running_blocks, np.int64(head.cores))
    if world.now + job.estimate <= world.shadow or job.cores <= world.extra:
        _pass_head(world, jobs, ends, corrections, running, running_blocks, row, np.int64(0))
        return 1
    return 0


@njit(PASS_SIGNATURE, cache=True)
def schedule(state, place, new):
    """One EASY pass."""
    state = borrowed_state(state)
    world = state.world[0]
    jobs, ends, corrections = state.jobs, state.ends, state.corrections
    running, running_blocks = state.running, state.running_blocks
    waiting, waiting_blocks = state.waiting, state.waiting_blocks
    scan, scan_blocks = state.scan, state.scan_blocks
    if new >= 0:
        started = _try_arrival(world, jobs, ends, corrections, running, running_blocks, waiting,
                               waiting_blocks, new)  # fmt: skip
        if started <= 0:
            enqueue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, new)
        if started >= 0:
            return
    if waiting_blocks[0].count == 0:
        return
    world.shadow_valid = 0
    free = free_now(world, running, running_blocks)
    free = _start_heads(world, jobs, ends, corrections, running, running_blocks, waiting,
                        waiting_blocks, scan, scan_blocks, free)  # fmt: skip
    world.blocked = waiting_blocks[0].count > 0
    if waiting_blocks[0].total < 2 or free <= 0:
        return
    head = waiting[waiting_blocks[1].first]
    head_row = head.job
    _find_shadow(world, running, running_blocks, np.int64(head.cores))
    if world.by_estimate:
        _scan_queue(world, jobs, ends, corrections, running, running_blocks, scan, scan_blocks,
                    waiting, waiting_blocks, head_row, free)  # fmt: skip
    else:
        _scan_queue(world, jobs, ends, corrections, running, running_blocks, waiting,
                    waiting_blocks, scan, scan_blocks, head_row, free)  # fmt: skip
