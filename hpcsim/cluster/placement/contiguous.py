"""Neighbouring nodes: the shortest run of fitting nodes that holds the job."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.candidates import gather
from hpcsim.cluster.compiled import PLACE_SIGNATURE

SUMMARY = "neighbouring nodes only, from the shortest run that holds the job"
SOURCE = "Pascual, Navaridas, Miguel-Alonso, Contiguous allocation policies, JSSPP 2009"


@njit(PLACE_SIGNATURE, cache=True)
def place(state, row, head):
    """Choose neighbouring nodes for job `row`; only those that do the head no harm count."""
    state = borrowed_state(state)
    jobs, chosen = state.jobs, state.chosen
    harmless, _ = gather(
        state.world[0], jobs, state.nodes, state.free, state.shares, chosen, row, head
    )
    wanted = jobs[row].nodes
    best = -1
    best_length = 2**31 - 1
    begin = 0
    for i in range(1, harmless + 1):
        if i < harmless and chosen[i] == chosen[i - 1] + 1:
            continue
        if wanted <= i - begin < best_length:
            best = begin
            best_length = i - begin
        begin = i
    if best < 0:
        return False
    for i in range(wanted):
        chosen[i] = chosen[best + i]
    return True
