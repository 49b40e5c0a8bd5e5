"""What every scheduling pass over nodes does: starts, due ends, and the head's shadow time."""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import begin, still_held
from .node_shares import fits_now, give_back, take, when_fits
from .ordered import remove
from .state import STRETCH, STRETCH_BITS


@njit(cache=True)
def release_due(world, jobs, running, running_blocks, nodes, free, shares, levels):
    """Give back the nodes of jobs that are due to end at this moment; whether there were any.

    Their end events come later in the same moment; until then their nodes count as free.
    """
    any_due = False
    while running_blocks[0].count > 0:
        entry = running[running_blocks[1].first]
        job = jobs[entry.job]
        if entry.key > world.now or job.end > world.now:
            break
        row = entry.job
        remove(running, running_blocks, job.expected, row)
        world.free += job.cores
        job.released = 1
        give_back(world, jobs, nodes, free, shares, levels, row)
        any_due = True
    return any_due


@njit(cache=True)
def start_on_nodes(world, jobs, ends, corrections, running, running_blocks,
                   nodes, free, shares, levels, chosen, row):  # fmt: skip
    """Start a job on the chosen nodes."""
    job = jobs[row]
    job.released = 0
    job.first_share = -1
    begin(world, jobs, ends, corrections, running, running_blocks, row)
    if still_held(job) > 0:
        take(world, jobs, nodes, free, shares, levels, chosen, row)
        return
    remove(running, running_blocks, job.expected, row)
    world.free += job.cores
    job.released = 1


@njit(cache=True)
def may_fit(jobs, levels, row):
    """Whether there are enough nodes with enough free cores: a quick no for most jobs."""
    job = jobs[row]
    return levels[job.node_cores] >= job.nodes


@njit(cache=True)
def kth_smallest(values, count, k):
    """The k-th smallest (from 1) of the first `count` values, which are reordered."""
    low = 0
    high = count - 1
    k -= 1
    while low < high:
        pivot = values[(low + high) >> 1]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


@njit(cache=True)
def _ask_nodes(world, jobs, nodes, free, head):
    """The head is another: count the nodes that fit it now; of the others nothing is known."""
    job = jobs[head]
    world.head = head
    world.head_number += 1
    world.fitting_now = 0
    world.shadow_valid = 0
    for stretch in range((len(free) + STRETCH - 1) >> STRETCH_BITS):
        if nodes[stretch].crest < job.node_cores:
            continue
        first = stretch << STRETCH_BITS
        for n in range(first, min(first + STRETCH, len(free))):
            if free[n] >= job.node_cores and fits_now(world, nodes[n], free[n], job):
                nodes[n].fit_time = -np.inf
                nodes[n].fit_head = world.head_number
                world.fitting_now += 1


@njit(cache=True)
def _fitting_then(world, jobs, nodes, free, shares, row, head, counted, stamp):
    """How many more nodes fit the head when the running job `row` is expected to end.

    Nodes that two jobs give back at one moment count once: `counted` holds the stamp of a moment.
    """
    job = jobs[row]
    found = 0
    at = job.first_share
    while at >= 0:
        n = shares[at].node
        node = nodes[n]
        if node.fit_head != world.head_number:
            node.fit_time = when_fits(world, nodes, free, shares, n, jobs[head])
            node.fit_head = world.head_number
        if node.fit_time == job.expected and counted[n] != stamp:
            counted[n] = stamp
            found += 1
        at = shares[at].next_in_job
    return found


@njit(cache=True)
def find_shadow(world, jobs, nodes, free, shares, running, running_blocks, head, not_before):
    """Settle the shadow time of the blocked job `head` and how many nodes fit it by then.

    Goes through the running jobs in the order of their expected ends until enough nodes fit; when
    the nodes of later ones fit the head need not be known. Where something else keeps the head
    until `not_before`, the shadow time is no earlier.
    """
    if world.head != head:
        _ask_nodes(world, jobs, nodes, free, head)
    if world.shadow_valid:
        return
    wanted = jobs[head].nodes
    counted = np.full(len(free), -1, np.int32)
    stamp = np.int32(0)
    world.shadow_valid = 1
    world.shadow = -np.inf
    world.fitting_before = 0
    world.fitting = world.fitting_now
    for at in range(1, running_blocks[0].count + 1):
        block = running_blocks[at]
        for i in range(block.first, block.first + block.count):
            entry = running[i]
            if entry.key != world.shadow:
                if world.fitting >= wanted and entry.key > not_before:
                    return
                world.fitting_before = world.fitting
                world.shadow = entry.key
                stamp += 1
            world.fitting += _fitting_then(
                world, jobs, nodes, free, shares, entry.job, head, counted, stamp
            )
    if world.fitting < wanted:
        # Not by the end of any job: by then every other job will have ended.
        world.fitting_before = world.fitting
        world.shadow = np.inf
        world.fitting = len(free)
