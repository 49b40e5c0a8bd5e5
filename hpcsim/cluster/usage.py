"""What users have used, forgotten by halves: core-seconds that decay without end.

Between two starts or ends a user's running jobs use at a constant rate, so what is left of it at
any later moment is a closed form: nothing is lost between two computations, and no step is chosen.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, inline="always")
def accrue(use, now, decay):
    """Bring `use` (fields used, rate, at) to this moment; `decay` is ln 2 over the half-life."""
    passed = now - use.at
    if passed > 0:
        lost = -np.expm1(-decay * passed)
        use.used = use.used * (1.0 - lost) + use.rate * lost / decay
    use.at = now


@njit(cache=True)
def charge_started(world, jobs, asks, kinds, assocs, weights):
    """Let the jobs that have just started, a list from `world.last_started`, be charged."""
    decay = weights[0].decay
    row = world.last_started
    while row >= 0:
        job = jobs[row]
        kind = kinds[asks[row].kind]
        assoc = assocs[kind.assoc]
        accrue(assoc, world.now, decay)
        assoc.rate += job.cores * kind.usage_factor
        asks[row].charged = 1
        row = job.next_started
    world.last_started = -1


@njit(cache=True)
def charge_ended(world, jobs, asks, kinds, assocs, weights, row):
    """Job `row` has left its nodes: from now on it uses nothing."""
    ask = asks[row]
    if ask.charged == 0:
        return
    ask.charged = 0
    kind = kinds[ask.kind]
    assoc = assocs[kind.assoc]
    accrue(assoc, world.now, weights[0].decay)
    assoc.rate -= jobs[row].cores * kind.usage_factor
