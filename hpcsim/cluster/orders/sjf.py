"""Shortest job first."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "shortest estimate first"
SOURCE = "Krakowiak, Principles of Operating Systems, 1988"
DYNAMIC = False


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The estimate."""
    return job.estimate
