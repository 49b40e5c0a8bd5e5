"""The nodes on which the fewest free cores are left over."""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.candidates import choose_by_rank, gather
from hpcsim.cluster.compiled import PLACE_SIGNATURE

SUMMARY = "the nodes on which the fewest cores are left free"
SOURCE = "Johnson, Near-optimal bin packing algorithms, MIT 1973"


@njit(PLACE_SIGNATURE, cache=True)
def place(state, row, head):
    """Choose nodes for job `row`."""
    state = borrowed_state(state)
    jobs, nodes, free, chosen = state.jobs, state.nodes, state.free, state.chosen
    harmless, total = gather(state.world[0], jobs, nodes, free, state.shares, chosen, row, head)
    if total < jobs[row].nodes:
        return False
    ranks = np.empty(len(free), np.int64)
    for i in range(total):
        n = chosen[i]
        ranks[n] = free[n]
    return choose_by_rank(chosen, ranks, harmless, total, jobs[row].nodes)
