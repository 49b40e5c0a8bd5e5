"""First come, first served."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "first come, first served"
SOURCE = "Feitelson, Rudolph, Schwiegelshohn, JSSPP 2004"
DYNAMIC = False


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The moment of arrival."""
    return job.arrival
