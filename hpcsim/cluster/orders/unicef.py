"""UNICEF: waiting time over the estimate times the logarithm of the cores."""

from __future__ import annotations

import math

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "wait / (log2(cores) x estimate), greatest first: small short jobs soon"
SOURCE = "Tang, Lan, Desai, Buettner, Fault-aware utility-based job scheduling, CLUSTER 2009"
DYNAMIC = True


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The score, negated; the score divides by zero for one core, which counts here as two do."""
    return -(now - job.arrival) / (math.log2(max(job.cores, 2)) * max(job.estimate, 1.0))
