"""Moldable jobs: of several shapes, the one that ends earliest by what the scheduler knows."""

from __future__ import annotations

import numpy as np
from numba import njit

from .node_pass import kth_smallest
from .node_shares import when_fits
from .windows import earliest


@njit(cache=True, inline="always")
def take_shape(job, shape):
    """Let a waiting job have a shape."""
    job.nodes = shape.to
    job.node_cores = shape.amount
    job.node_memory = shape.memory
    job.node_gres = shape.gres
    job.cores = shape.to * shape.amount
    job.runtime = shape.runtime
    job.limit = shape.limit
    job.estimate = shape.estimate


@njit(cache=True)
def could_start(state, world, row):
    """When job `row` could start if nobody stood before it: now, or when enough has ended."""
    job = state.jobs[row]
    count = len(state.free)
    if job.nodes > count:
        return np.inf
    times = np.empty(count, np.float64)
    for n in range(count):
        times[n] = when_fits(world, state.nodes, state.free, state.shares, n, job)
    if world.windowed:
        return earliest(world, state.windows, state.where, state.terms[row], job.limit, times,
                        job.nodes)  # fmt: skip
    return max(world.now, kth_smallest(times, count, job.nodes))


@njit(cache=True)
def pick_shape(state, world, row):
    """Give job `row` the shape with the earliest expected end; of equals the first listed.

    A shape whose limit runs past the job's deadline is none.
    """
    job = state.jobs[row]
    term = state.terms[row]
    best = term.first_shape
    best_end = np.inf
    at = term.first_shape
    while at > 0:
        shape = state.links[at]
        take_shape(job, shape)
        begin = could_start(state, world, row)
        if begin + shape.limit <= term.deadline and begin + shape.estimate < best_end:
            best = at
            best_end = begin + shape.estimate
        at = shape.next
    take_shape(job, state.links[best])
    if world.head == row:
        world.head = -1
