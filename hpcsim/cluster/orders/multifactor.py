"""Multifactor priority: age, size, fair share, partition and quality of service, weighted."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import ORDER_SIGNATURE

SUMMARY = "highest priority first: age, size, fair share, partition, QOS"
SOURCE = "Slurm, Multifactor Priority Plugin; Cox, Morrison, Fair Tree, 2014"
DYNAMIC = False
COMPUTED = True


@njit(ORDER_SIGNATURE, cache=True)
def key(job, now):
    """The key that the core has settled at the arrival, see `cluster.priority`."""
    return job.key
