"""Jobs that start or stop using: charged to their user, and counted under their caps."""

from __future__ import annotations

from numba import njit

from .caps import hold_meters
from .usage import accrue


@njit(cache=True)
def charge_started(world, jobs, asks, kinds, assocs, metered, meters, weights):
    """Charge the jobs that have just started, a list from `world.last_started`."""
    decay = weights[0].decay
    row = world.last_started
    while row >= 0:
        job = jobs[row]
        kind = kinds[asks[row].kind]
        assoc = assocs[kind.assoc]
        accrue(assoc, world.now, decay)
        assoc.rate += job.cores * kind.usage_factor
        hold_meters(world, job, kind, metered, meters, decay, 1)
        asks[row].charged = 1
        row = job.next_started
    world.last_started = -1


@njit(cache=True)
def charge_ended(world, jobs, asks, kinds, assocs, metered, meters, weights, row):
    """Job `row` has left its nodes, or is due to: from now on it uses and holds nothing."""
    ask = asks[row]
    if ask.charged == 0:
        return
    ask.charged = 0
    kind = kinds[ask.kind]
    assoc = assocs[kind.assoc]
    decay = weights[0].decay
    accrue(assoc, world.now, decay)
    assoc.rate -= jobs[row].cores * kind.usage_factor
    hold_meters(world, jobs[row], kind, metered, meters, decay, -1)
