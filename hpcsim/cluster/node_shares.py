"""Shares of nodes: what jobs hold, and when a node will fit the blocked head."""

from __future__ import annotations

import numpy as np
from numba import njit

from .power import spend
from .state import STRETCH, STRETCH_BITS


@njit(cache=True, inline="always")
def holds(lanes, stock, wanted):
    """Whether a stock of countable resources holds what is wanted of each.

    Each kind has a lane of bits in one number; `lanes` has the highest bit of each lane, which a
    lane that runs short borrows from.
    """
    return ((stock | lanes) - wanted) & lanes == lanes


@njit(cache=True, inline="always")
def fits_now(world, node, free, job):
    """Whether the node, with `free` free cores, takes its part of the job."""
    return (
        free >= job.node_cores
        and node.free_memory >= job.node_memory
        and (job.node_gres == 0 or holds(world.lanes, node.free_gres, job.node_gres))
        and (node.mask & job.mask) == job.mask
        and (job.exclusive == 0 or free == node.cores)
    )


@njit(cache=True, inline="always")
def when_fits(world, nodes, free, shares, n, job):
    """When node `n` fits its part of the job: -inf now, else an expected end, inf for never."""
    node = nodes[n]
    cores = free[n]
    if fits_now(world, node, cores, job):
        return -np.inf
    if node.down or (node.mask & job.mask) != job.mask:
        return np.inf
    memory = node.free_memory
    gres = node.free_gres
    wanted = node.cores if job.exclusive else job.node_cores
    at = node.first_share
    while at >= 0:
        share = shares[at]
        cores += share.cores
        memory += share.memory
        gres += share.gres
        if (
            cores >= wanted
            and memory >= job.node_memory
            and (job.node_gres == 0 or holds(world.lanes, gres, job.node_gres))
        ):
            return share.expected
        at = share.next_in_node
    return np.inf


@njit(cache=True, inline="always")
def shift_level(levels, before, after):
    """A node's free cores change: `levels[c]` counts the nodes with at least c free."""
    for c in range(before + 1, after + 1):
        levels[c] += 1
    for c in range(after + 1, before + 1):
        levels[c] -= 1


@njit(cache=True, inline="always")
def raise_crest(nodes, n, free):
    """Node `n` has `free` free cores, more than before."""
    stretch = nodes[n >> STRETCH_BITS]
    stretch.crest = max(stretch.crest, free)


@njit(cache=True, inline="always")
def known_fit(world, node):
    """When the node fits the blocked head; infinity where that is not known, which is late."""
    return node.fit_time if node.fit_head == world.head_number else np.inf


@njit(cache=True)
def node_changed(world, jobs, nodes, free, shares, n):
    """Keep what is known of the blocked head's fit true after node `n` has changed."""
    node = nodes[n]
    node.shadow = np.nan
    if world.head < 0:
        return
    head = jobs[world.head]
    before = known_fit(world, node)
    after = when_fits(world, nodes, free, shares, n, head)
    node.fit_time = after
    node.fit_head = world.head_number
    if before == after:
        return
    shadow = world.shadow
    if node.walled == 0:
        world.fitting_now += np.int64(after == -np.inf) - np.int64(before == -np.inf)
        world.fitting_before += np.int64(after < shadow) - np.int64(before < shadow)
        world.fitting += np.int64(after <= shadow) - np.int64(before <= shadow)
    if world.ruled:
        # Where windows part the time, any earlier fit before the shadow time can move it.
        if after < shadow and (before >= shadow or world.parted):
            world.shadow_valid = 0
    elif not world.fitting_before < head.nodes <= world.fitting:
        # The shadow time is the moment at which the last node comes that the head needs.
        world.shadow_valid = 0


@njit(cache=True)
def take(world, jobs, nodes, free, shares, levels, chosen, row):
    """Give the job its shares of the first `nodes` entries of `chosen`."""
    job = jobs[row]
    job.first_share = -1
    for i in range(job.nodes):
        n = chosen[i]
        node = nodes[n]
        at = shares[0].job
        shares[0].job = shares[at].next_in_job
        share = shares[at]
        share.expected = job.expected
        share.job = row
        share.node = n
        share.cores = node.cores if job.exclusive else job.node_cores
        share.memory = job.node_memory
        share.gres = job.node_gres
        share.next_in_job = job.first_share
        job.first_share = at
        _link(node, shares, at)
        shift_level(levels, free[n], free[n] - share.cores)
        free[n] -= share.cores
        node.free_memory -= share.memory
        node.free_gres -= share.gres
        node_changed(world, jobs, nodes, free, shares, n)


@njit(cache=True, inline="always")
def _link(node, shares, at):
    """Put a share into its node's list, by expected end."""
    expected = shares[at].expected
    before = -1
    after = node.first_share
    while after >= 0 and shares[after].expected <= expected:
        before = after
        after = shares[after].next_in_node
    shares[at].next_in_node = after
    if before < 0:
        node.first_share = at
    else:
        shares[before].next_in_node = at


@njit(cache=True, inline="always")
def _unlink(node, shares, at):
    before = -1
    here = node.first_share
    while here != at:
        before = here
        here = shares[here].next_in_node
    if before < 0:
        node.first_share = shares[at].next_in_node
    else:
        shares[before].next_in_node = shares[at].next_in_node


@njit(cache=True)
def give_back(world, jobs, nodes, free, shares, levels, row):
    """Take the job's shares off their nodes, unless that was done when its end was due."""
    job = jobs[row]
    if job.watts > 0:
        spend(world, -job.watts)
        job.watts = 0.0
    at = job.first_share
    job.first_share = -1
    while at >= 0:
        share = shares[at]
        n = share.node
        node = nodes[n]
        _unlink(node, shares, at)
        if node.down == 0:
            shift_level(levels, free[n], free[n] + share.cores)
        free[n] += share.cores
        node.free_memory += share.memory
        node.free_gres += share.gres
        world.freed = max(world.freed, free[n])
        raise_crest(nodes, n, free[n])
        if free[n] == node.cores:
            node.idle_since = world.now
        following = share.next_in_job
        share.next_in_job = shares[0].job
        shares[0].job = at
        node_changed(world, jobs, nodes, free, shares, n)
        at = following


@njit(cache=True)
def expect_later(world, jobs, nodes, free, shares, row):
    """The running job is believed to end at another time than when it took its shares."""
    job = jobs[row]
    at = job.first_share
    while at >= 0:
        share = shares[at]
        node = nodes[share.node]
        _unlink(node, shares, at)
        share.expected = job.expected
        _link(node, shares, at)
        node_changed(world, jobs, nodes, free, shares, share.node)
        at = share.next_in_job


@njit(cache=True, inline="always")
def settle_at_shadow(world, node, shares, cores):
    """Let the node know what of it is free at the shadow time, if all goes on as now."""
    if node.shadow == world.shadow:
        return
    memory = node.free_memory
    gres = node.free_gres
    at = node.first_share
    while at >= 0 and shares[at].expected <= world.shadow:
        cores += shares[at].cores
        memory += shares[at].memory
        gres += shares[at].gres
        at = shares[at].next_in_node
    node.shadow = world.shadow
    node.shadow_cores = cores
    node.shadow_memory = memory
    node.shadow_gres = gres


@njit(cache=True, inline="always")
def harms_head(world, nodes, shares, free, n, job, head):
    """Whether the job, still running at the shadow time, would keep node `n` from the head."""
    node = nodes[n]
    if known_fit(world, node) > world.shadow or node.walled:
        return False
    if head.exclusive or job.exclusive:
        return True
    settle_at_shadow(world, node, shares, free[n])
    return (
        node.shadow_cores - job.node_cores < head.node_cores
        or node.shadow_memory - job.node_memory < head.node_memory
        or not holds(world.lanes, node.shadow_gres - job.node_gres, head.node_gres)
    )


@njit(cache=True)
def count_beside(world, nodes, shares, free, levels, head, beside):
    """Make `beside[c]` the most nodes that a job of c cores a node may take past the shadow time.

    It counts cores only, so a job that memory or a feature keeps off may have fewer.
    """
    beside[:] = 0
    for stretch in range((len(free) + STRETCH - 1) >> STRETCH_BITS):
        if nodes[stretch].crest <= 0:
            continue
        first = stretch << STRETCH_BITS
        for n in range(first, min(first + STRETCH, len(free))):
            cores = free[n]
            if cores <= 0:
                continue
            node = nodes[n]
            if known_fit(world, node) <= world.shadow:
                if head.exclusive:
                    continue
                settle_at_shadow(world, node, shares, cores)
                cores = min(cores, node.shadow_cores - head.node_cores)
            if cores > 0:
                beside[cores] += 1
    spare = max(world.fitting - head.nodes, 0)
    harmless = 0
    for c in range(len(beside) - 1, -1, -1):
        harmless += beside[c]
        beside[c] = harmless + min(spare, levels[c] - harmless)
