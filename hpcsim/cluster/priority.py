"""Multifactor priority: the key of a waiting job, and its recomputation every so often.

Two jobs that age, age alike, so the difference of their keys stands still; `key` is therefore
written for time 0: minus the points, plus what the age lacks because of the later arrival. What
does change the order is settled at each computation: the users' ranks, and who is too old to
age any further. Source: Slurm, "Multifactor Priority Plugin".
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .fair_tree import gather_use, rank_users
from .ordered import measure


@njit(cache=True, inline="always")
def _aged(weight, eligible):
    """What the key has because of the time at which the job arrived."""
    slope = weight.age / weight.max_age
    if weight.computed - eligible >= weight.max_age:
        return slope * (weight.computed - weight.max_age)
    return slope * eligible


@njit(cache=True)
def settle_key(world, jobs, asks, kinds, assocs, weights, row):
    """Give job `row`, which arrives now, its points and its key from the present factors."""
    weight = weights[0]
    job = jobs[row]
    ask = asks[row]
    kind = kinds[ask.kind]
    size = job.cores / world.cores
    if world.by_node:
        size = (size + job.nodes / world.nodes) / 2.0
    if weight.favor_small:
        size = 1.0 - size
    ask.points = kind.points + weight.job_size * size - ask.nice
    ask.eligible = world.now
    fair = weight.fairshare * assocs[kind.assoc].factor
    job.key = _aged(weight, ask.eligible) - ask.points - fair


@njit(cache=True)
def compute(world, jobs, asks, kinds, assocs, weights, waiting, waiting_blocks):
    """Rank the users by what has been used until now; whether that has changed the queue's order.

    The entries' keys are written where they stand; they are sorted only if need be.
    """
    weight = weights[0]
    weight.computed = world.now
    gather_use(assocs, world.now, weight.decay)
    rank_users(assocs)
    count = waiting_blocks[0].total
    if count == 0:
        return False
    ordered = True
    last_key = -np.inf
    last_row = np.int64(-1)
    for at in range(1, waiting_blocks[0].count + 1):
        block = waiting_blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = waiting[i]
            ask = asks[entry.job]
            fair = weight.fairshare * assocs[kinds[ask.kind].assoc].factor
            key = _aged(weight, ask.eligible) - ask.points - fair
            if key != entry.key:
                entry.key = key
                jobs[entry.job].key = key
            if key < last_key or (key == last_key and entry.job < last_row):
                ordered = False
            last_key = key
            last_row = np.int64(entry.job)
        block.last_key = last_key
    if not ordered:
        _sort(waiting, waiting_blocks, count)
    return not ordered


@njit(cache=True)
def _sort(entries, blocks, count):
    """Order the entries anew, in the blocks as they are."""
    keys = np.empty(count, np.float64)
    rows = np.empty(count, np.int64)
    places = np.empty(count, np.int64)
    n = 0
    for at in range(1, blocks[0].count + 1):
        block = blocks[at]
        for i in range(block.first, block.first + block.count):
            keys[n] = entries[i].key
            rows[n] = entries[i].job
            places[n] = i
            n += 1
    order = np.argsort(keys, kind="mergesort")
    _ties_by_row(keys, rows, order)
    lengths = np.empty(count, np.float64)
    sizes = np.empty((count, 2), np.int32)
    for n in range(count):
        entry = entries[places[n]]
        lengths[n] = entry.length
        sizes[n, 0] = entry.cores
        sizes[n, 1] = entry.nodes
    for n in range(count):
        source = order[n]
        entry = entries[places[n]]
        entry.key = keys[source]
        entry.job = rows[source]
        entry.length = lengths[source]
        entry.cores = sizes[source, 0]
        entry.nodes = sizes[source, 1]
    for at in range(1, blocks[0].count + 1):
        measure(entries, blocks, at)


@njit(cache=True)
def _ties_by_row(keys, rows, order):
    """Among equal keys the smaller row stands first."""
    for i in range(1, len(order)):
        moving = order[i]
        j = i
        while j > 0 and keys[order[j - 1]] == keys[moving] and rows[order[j - 1]] > rows[moving]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = moving
