"""Smallest area first."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "smallest estimate times cores first"
SOURCE = "Lelong, Reis, Trystram, Tuning EASY-Backfilling Queues, JSSPP 2017"
DYNAMIC = False


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """Core seconds asked for."""
    return job.estimate * job.cores
