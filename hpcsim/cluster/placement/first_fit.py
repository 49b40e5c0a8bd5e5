"""The first nodes that fit, in the order of the site."""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PLACE_SIGNATURE
from hpcsim.cluster.node_shares import fits_now, harms_head
from hpcsim.cluster.state import STRETCH, STRETCH_BITS, WITHIN_REACH

SUMMARY = "the first nodes that fit, in the order of the site"
SOURCE = "Feitelson, Packing schemes for gang scheduling, JSSPP 1996"


@njit(PLACE_SIGNATURE, cache=True)
def place(state, row, head):
    """Choose nodes for job `row`."""
    state = borrowed_state(state)
    world = state.world[0]
    jobs, nodes, free, shares = state.jobs, state.nodes, state.free, state.shares
    chosen = state.chosen
    job = jobs[row]
    count = len(free)
    found = 0
    harmful = 0
    for stretch in range((count + STRETCH - 1) >> STRETCH_BITS):
        if nodes[stretch].crest < job.node_cores:
            continue
        first = stretch << STRETCH_BITS
        crest = np.int32(0)
        for n in range(first, min(first + STRETCH, count)):
            crest = max(crest, free[n] & WITHIN_REACH)
            if free[n] < job.node_cores or not fits_now(world, nodes[n], free[n], job):
                continue
            if head >= 0 and harms_head(world, nodes, shares, free, n, job, jobs[head]):
                chosen[count + harmful] = n
                harmful += 1
                continue
            chosen[found] = n
            found += 1
            if found == job.nodes:
                return True
        nodes[stretch].crest = crest
    if head < 0:
        return False
    spare = min(harmful, world.fitting - jobs[head].nodes)
    if found + spare < job.nodes:
        return False
    for i in range(job.nodes - found):
        chosen[found + i] = chosen[count + i]
    return True
