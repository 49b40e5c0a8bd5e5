"""What every scheduling pass over nodes does: starts, due ends, and the head's shadow time."""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import begin, still_held
from .node_shares import give_back, take, when_fits
from .ordered import remove


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
def find_shadow(world, jobs, nodes, free, shares, head):
    """Settle the shadow time of the blocked job `head` and how many nodes fit it by then."""
    job = jobs[head]
    count = len(free)
    if world.head != head:
        world.head = head
        world.shadow_valid = 0
        for n in range(count):
            nodes[n].fit_time = when_fits(world, nodes, free, shares, n, job)
    if world.shadow_valid:
        return
    times = np.empty(count, np.float64)
    for n in range(count):
        times[n] = nodes[n].fit_time
    shadow = kth_smallest(times, count, job.nodes)
    fitting = 0
    for n in range(count):
        if nodes[n].fit_time <= shadow:
            fitting += 1
    world.shadow = shadow
    world.fitting = fitting
    world.shadow_valid = 1
