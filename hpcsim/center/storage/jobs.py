"""What jobs ask of storage, as classes that the compiled loops share.

A job that reads and writes a GB in an hour is one of thousands alike. Its demand is rounded to a
step of a half octave, so that some tens of classes serve all jobs, and its uncontended time is
its run time: what it was measured or estimated to need where nothing slows it.
"""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.flow.flows import NO_CLASS, FloatArray, Flows, IntArray, Use
from hpcsim.units import GB

from .settings import StorageSettings

STEPS_AN_OCTAVE = 2
LEAST_BYTES_PER_S = 64e3  # less than this asks nothing of a tier
LEAST_OPS_PER_S = 0.1


def rounded(asked: FloatArray, least: float, most: float) -> FloatArray:
    """The nearest steps of a geometric scale up to `most`; 0 below `least`."""
    steps = np.round(STEPS_AN_OCTAVE * np.log2(np.maximum(asked, least) / most))
    nearest = most * 2.0 ** (np.minimum(steps, 0) / STEPS_AN_OCTAVE)
    return np.where(asked >= least, nearest, 0.0)


class JobClasses:
    """Finds the class and the uncontended time of each job."""

    def __init__(self, flows: Flows, settings: StorageSettings) -> None:
        self._flows = flows
        self._burst = settings.client_gbs * GB
        self._burst_ops = settings.client_ops

    def find(
        self, tier: int, n_bytes: FloatArray, operations: FloatArray, runtime_s: FloatArray
    ) -> tuple[IntArray, FloatArray]:
        """(class, uncontended seconds) of n jobs that use one tier.

        `n_bytes` are bytes of reading (written ones weigh more, see `Traffic`), `operations` are
        opens, creates and the like, `runtime_s` the time measured without contention. A job that
        asks for more than one client can have takes as long as that lets it. NO_CLASS says that a
        job asks too little to be slowed by others.
        """
        needed = n_bytes / self._burst + operations / self._burst_ops
        alone = np.maximum(runtime_s, needed)
        lives = np.where(alone > 0, alone, 1.0)
        rate = rounded(n_bytes / lives, LEAST_BYTES_PER_S, self._burst)
        ops = rounded(operations / lives, LEAST_OPS_PER_S, self._burst_ops)
        pairs, which = np.unique(np.stack([rate, ops], axis=1), axis=0, return_inverse=True)
        kinds = np.array([self._open(tier, float(r), float(o)) for r, o in pairs], dtype=np.int64)
        return kinds[which.reshape(-1)] if len(kinds) else np.empty(0, np.int64), alone

    def _open(self, tier: int, rate: float, ops: float) -> int:
        share = rate / self._burst + ops / self._burst_ops
        if share == 0.0:
            return NO_CLASS
        squeeze = max(share, 1.0)  # rounding up two full shares must not make more than a life
        use = Use(rate / squeeze, self._burst, ops / squeeze, self._burst_ops)
        return self._flows.open(tier, use)
