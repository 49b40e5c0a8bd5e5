"""Nodes that are in use already before empty ones, so that whole nodes stay free."""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.candidates import choose_by_rank, gather
from hpcsim.cluster.compiled import PLACE_SIGNATURE

SUMMARY = "nodes in use before empty ones"
SOURCE = "Slurm, SelectTypeParameters=CR_Pack_Nodes"


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
        ranks[n] = 1 if free[n] == nodes[n].cores else 0
    return choose_by_rank(chosen, ranks, harmless, total, jobs[row].nodes)
