"""All nodes that a job may take, for placements that choose among them."""

from __future__ import annotations

import numpy as np
from numba import njit

from .node_shares import fits_now, harms_head
from .state import STRETCH, STRETCH_BITS, WITHIN_REACH


@njit(cache=True)
def gather(world, jobs, nodes, free, shares, chosen, row, head):
    """Write the nodes that job `row` may take into `chosen`: those first that do no harm.

    Returns how many do none, and how many there are with the harmful ones that the head can
    spare, which stand behind.
    """
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
            else:
                chosen[found] = n
                found += 1
        nodes[stretch].crest = crest
    spare = 0
    if head >= 0:
        spare = max(0, min(harmful, world.fitting - jobs[head].nodes))
    for i in range(spare):
        chosen[found + i] = chosen[count + i]
    return found, found + spare


@njit(cache=True)
def best_first(chosen, ranks, begin, end, wanted):
    """Bring the `wanted` nodes of smallest (rank, number) in chosen[begin:end] to its front."""
    for i in range(begin, min(begin + wanted, end)):
        best = i
        for j in range(i + 1, end):
            a = ranks[chosen[j]]
            b = ranks[chosen[best]]
            if a < b or (a == b and chosen[j] < chosen[best]):
                best = j
        chosen[i], chosen[best] = chosen[best], chosen[i]


@njit(cache=True)
def choose_by_rank(chosen, ranks, harmless, total, wanted):
    """Bring the `wanted` best of the gathered nodes to the front, harmless ones before harmful."""
    if total < wanted:
        return False
    best_first(chosen, ranks, 0, harmless, wanted)
    if wanted > harmless:
        best_first(chosen, ranks, harmless, total, wanted - harmless)
    return True
