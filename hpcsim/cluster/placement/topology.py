"""Nodes under as few switches as possible, and those as full as possible."""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.candidates import best_first, gather
from hpcsim.cluster.compiled import PLACE_SIGNATURE

SUMMARY = "nodes under the fewest switches, from the switch with the least room that suffices"
SOURCE = "Slurm topology/tree; Georgiou, Jeannot, Mercier, Villiermet, CLUSTER 2017"


@njit(cache=True)
def _lowest_switch(where, chosen, count, wanted):
    """(level, switch) of the lowest switch that has `wanted` candidates, the one with the fewest.

    Level 0 where no switch has so many.
    """
    nodes = where.shape[1]
    for level in range(1, where.shape[0]):
        below = np.zeros(nodes, np.int32)
        for i in range(count):
            below[where[level, chosen[i]]] += 1
        best = -1
        for switch in range(nodes):
            if below[switch] >= wanted and (best < 0 or below[switch] < below[best]):
                best = switch
        if best >= 0:
            return level, best
    return 0, -1


@njit(PLACE_SIGNATURE, cache=True)
def place(state, row, head):
    """Choose nodes for job `row`; under several switches, first those with most room."""
    state = borrowed_state(state)
    where, chosen = state.where, state.chosen
    wanted = state.jobs[row].nodes
    harmless, total = gather(
        state.world[0], state.jobs, state.nodes, state.free, state.shares, chosen, row, head
    )
    if total < wanted:
        return False
    count = harmless if harmless >= wanted else total
    level, switch = _lowest_switch(where, chosen, count, wanted)
    if level > 0:
        kept = 0
        for i in range(count):
            if where[level, chosen[i]] == switch:
                chosen[kept] = chosen[i]
                kept += 1
        count = kept
    if level == 1 or where.shape[0] == 1:
        return True
    room = np.zeros(where.shape[1], np.int64)
    for i in range(count):
        room[where[1, chosen[i]]] += 1
    # Ranks: leaf switches with more candidates first, and one after the other.
    ranks = np.empty(where.shape[1], np.int64)
    for i in range(count):
        leaf = where[1, chosen[i]]
        ranks[chosen[i]] = leaf - room[leaf] * (where.shape[1] + 1)
    best_first(chosen, ranks, 0, count, wanted)
    return True
