"""What jobs ask of storage, as classes that the compiled loops share.

A job that reads and writes a GB in an hour is one of thousands alike. Its demand is rounded to a
half octave in bytes and an octave in operations, so that some tens of classes serve all jobs, and
its uncontended time is its run time: what it was measured or estimated to need where nothing slows
it.
"""

from __future__ import annotations

import numpy as np

from hpcsim.cluster.flow.flows import NO_CLASS, FloatArray, Flows, IntArray, Use
from hpcsim.units import GB

from .settings import StorageSettings

BYTES_STEPS, OPS_STEPS = 2, 1  # an octave
LEAST_BYTES_PER_S = 64e3  # less than this asks nothing of a tier
LEAST_OPS_PER_S = 0.1


def steps_of(asked: FloatArray, least: float, most: float, an_octave: int) -> IntArray:
    """Steps of a geometric scale: 1 is `most`, 2 the next below; 0 below `least`."""
    below = np.round(an_octave * np.log2(most / np.maximum(asked, least)))
    return np.where(asked >= least, 1 + np.maximum(below, 0), 0).astype(np.int64)


def asked_at(step: int, most: float, an_octave: int) -> float:
    """What a step stands for."""
    return most * 2.0 ** ((1 - step) / an_octave) if step else 0.0


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
        steps = steps_of(n_bytes / lives, LEAST_BYTES_PER_S, self._burst, BYTES_STEPS)
        ops = steps_of(operations / lives, LEAST_OPS_PER_S, self._burst_ops, OPS_STEPS)
        width = int(ops.max(initial=0)) + 1
        both = steps * width + ops  # some hundred numbers at most, so a table is all it takes
        kinds = np.full(int(both.max(initial=0)) + 1, NO_CLASS, np.int64)
        for each in np.flatnonzero(np.bincount(both)).tolist():
            step, ops_step = divmod(each, width)
            rate = asked_at(step, self._burst, BYTES_STEPS)
            kinds[each] = self._open(tier, rate, asked_at(ops_step, self._burst_ops, OPS_STEPS))
        return kinds[both], alone

    def _open(self, tier: int, rate: float, ops: float) -> int:
        share = rate / self._burst + ops / self._burst_ops
        if share == 0.0:
            return NO_CLASS
        squeeze = max(share, 1.0)  # rounding up two full shares must not make more than a life
        use = Use(rate / squeeze, self._burst, ops / squeeze, self._burst_ops)
        return self._flows.open(tier, use)
