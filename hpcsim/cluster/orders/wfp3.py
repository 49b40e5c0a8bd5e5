"""WFP3: waiting time relative to the estimate, cubed, times the cores."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "(wait / estimate)^3 x cores, greatest first"
SOURCE = "Tang, Lan, Desai, Buettner, Fault-aware utility-based job scheduling, CLUSTER 2009"
DYNAMIC = True


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The score, negated; an estimate below one second counts as one."""
    ratio = (now - job.arrival) / max(job.estimate, 1.0)
    return -(ratio * ratio * ratio) * job.cores
