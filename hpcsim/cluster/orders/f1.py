"""F1: a score learnt from simulations of Lublin's workloads."""

from __future__ import annotations

import math

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "log10(estimate) x cores + 870 log10(arrival), smallest first"
SOURCE = "Carastan-Santos, de Camargo, Obtaining dynamic scheduling policies, SC 2017"
DYNAMIC = False


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The score; times below one second count as one."""
    return math.log10(max(job.estimate, 1.0)) * job.cores + 870.0 * math.log10(
        max(job.arrival, 1.0)
    )
