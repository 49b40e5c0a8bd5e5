"""Nobody passes, over nodes: jobs start in the queue's order until the first that does not fit."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.actions import enqueue, leave_queue
from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE
from hpcsim.cluster.node_pass import may_fit, release_due
from hpcsim.cluster.power_start import has_power, start_here

SUMMARY = "nobody passes the head of the queue"
SOURCE = "Feitelson, Rudolph, Schwiegelshohn, JSSPP 2004"


@njit(PASS_SIGNATURE, cache=True)
def schedule(state, place, new):
    """Start the head of the queue as long as it fits."""
    state = borrowed_state(state)
    world, jobs = state.world[0], state.jobs
    running, running_blocks = state.running, state.running_blocks
    waiting, waiting_blocks = state.waiting, state.waiting_blocks
    scan, scan_blocks = state.scan, state.scan_blocks
    nodes, free, shares, levels = state.nodes, state.free, state.shares, state.levels
    release_due(world, jobs, running, running_blocks, nodes, free, shares, levels)
    if new >= 0:
        enqueue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, new)
    while waiting_blocks[0].count > 0:
        row = waiting[waiting_blocks[1].first].job
        if not may_fit(jobs, levels, row) or not place(state, row, -1):
            return
        if not has_power(state, world, row, -1):
            return
        leave_queue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, row)
        start_here(state, world, row)
