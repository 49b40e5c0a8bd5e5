"""Starting a job on its chosen nodes, and what that means for their power."""

from __future__ import annotations

from numba import njit

from .node_pass import start_on_nodes
from .power import draw, may_draw


@njit(cache=True, inline="always")
def has_power(state, world, row, head):
    """Whether the chosen nodes may draw what job `row` needs, with a blocked `head` (-1: none)."""
    return world.powered == 0 or may_draw(state, world, row, head)


@njit(cache=True)
def _start_late(state, world, row, delay):
    """Nodes that have to start first are the job's at once; it begins when they are ready."""
    job = state.jobs[row]
    job.runtime += delay
    job.limit += delay
    job.estimate += delay
    start_on_nodes(world, state.jobs, state.ends, state.corrections, state.running,
                   state.running_blocks, state.nodes, state.free, state.shares, state.levels,
                   state.chosen, row)  # fmt: skip
    job.runtime -= delay
    job.limit -= delay
    job.estimate -= delay
    job.start += delay


@njit(cache=True, inline="always")
def start_here(state, world, row):
    """Start job `row`, which has left the queue, on the chosen nodes."""
    if world.powered:
        delay = draw(state, world, row)
        if delay > 0:
            _start_late(state, world, row, delay)
            return
    start_on_nodes(world, state.jobs, state.ends, state.corrections, state.running,
                   state.running_blocks, state.nodes, state.free, state.shares, state.levels,
                   state.chosen, row)  # fmt: skip
