"""Nobody passes: jobs start in the queue's order until the first that does not fit."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.actions import begin, enqueue, free_now, leave_queue, still_held
from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE

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
    if new >= 0:
        enqueue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, new)
    free = free_now(world, running, running_blocks)
    while waiting_blocks[0].count > 0:
        head = waiting[waiting_blocks[1].first]
        if head.cores > free:
            return
        row = head.job
        free -= still_held(jobs[row])
        leave_queue(world, jobs, waiting, waiting_blocks, scan, scan_blocks, row)
        begin(world, jobs, state.ends, state.corrections, running, running_blocks, row)
