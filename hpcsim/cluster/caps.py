"""Caps: the most that the jobs of a QOS, a user, an account or a partition may hold together.

A job that would break one is passed over, whatever stands before or behind it, and says which.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .standing import AHEAD_CAP, CORES_CAP, JOBS_CAP, NODES_CAP, SUBMITTED_CAP, USED_CAP
from .usage import accrue


@njit(cache=True)
def over_cap(world, jobs, asks, kinds, metered, meters, decay, row):
    """The reason of the first cap that job `row` would break if it started now, 0 for none.

    A job is counted as submitted from the first moment at which there is room for it.
    """
    kind = kinds[asks[row].kind]
    job = jobs[row]
    now = world.now
    for i in range(kind.first_meter, kind.first_meter + kind.meters):
        meter = meters[metered[i]]
        if asks[row].admitted == 0 and meter.submitted >= meter.most_submitted:
            return meter.reason + SUBMITTED_CAP
        if meter.jobs >= meter.most_jobs:
            return meter.reason + JOBS_CAP
        if meter.cores + job.cores > meter.most_cores:
            return meter.reason + CORES_CAP
        if meter.nodes + job.nodes > meter.most_nodes:
            return meter.reason + NODES_CAP
        if meter.most_ahead < np.inf:
            ahead = meter.limits - now * meter.cores + job.cores * job.limit
            if ahead > meter.most_ahead:
                return meter.reason + AHEAD_CAP
        if meter.most_used < np.inf:
            accrue(meter, now, decay)
            if meter.used >= meter.most_used:
                return meter.reason + USED_CAP
    return 0


@njit(cache=True)
def admit_to_meters(asks, kinds, metered, meters, row):
    """Count job `row` as submitted, if there is room for it under every cap.

    A job that comes again after giving way, or after a failure, counts already.
    """
    if asks[row].admitted:
        return
    kind = kinds[asks[row].kind]
    last = kind.first_meter + kind.meters
    for i in range(kind.first_meter, last):
        meter = meters[metered[i]]
        if meter.submitted >= meter.most_submitted:
            return
    asks[row].admitted = 1
    for i in range(kind.first_meter, last):
        meters[metered[i]].submitted += 1


@njit(cache=True)
def leave_meters(asks, kinds, metered, meters, row):
    """Job `row` is over: it counts as submitted no longer."""
    if asks[row].admitted == 0:
        return
    asks[row].admitted = 0
    kind = kinds[asks[row].kind]
    for i in range(kind.first_meter, kind.first_meter + kind.meters):
        meters[metered[i]].submitted -= 1


@njit(cache=True)
def hold_meters(world, job, kind, metered, meters, decay, sign):
    """Count what a job holds under its caps from now on (`sign` 1), or no longer (-1)."""
    for i in range(kind.first_meter, kind.first_meter + kind.meters):
        meter = meters[metered[i]]
        accrue(meter, world.now, decay)
        meter.jobs += sign
        meter.cores += sign * job.cores
        meter.nodes += sign * job.nodes
        meter.rate += sign * job.cores * kind.usage_factor
        if meter.most_ahead < np.inf:
            meter.limits += sign * job.cores * (job.start + job.limit)


@njit(cache=True)
def any_fades(world, meters, decay):
    """Whether there is a cap that is reached now and will not be, however little is forgotten."""
    for i in range(len(meters)):
        meter = meters[i]
        if 0.0 < meter.most_used < np.inf:
            accrue(meter, world.now, decay)
            if meter.used >= meter.most_used:
                return True
    return False
