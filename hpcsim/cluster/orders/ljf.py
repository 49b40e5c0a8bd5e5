"""Longest job first."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "longest estimate first"
SOURCE = "Graham, SIAM J. Appl. Math. 17, 1969 (longest processing time)"
DYNAMIC = False


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The estimate, negated."""
    return -job.estimate
