"""The clock of the core, timed by a chain of dependent operations: no rights are needed."""

from __future__ import annotations

import time

import numpy as np
from numba import njit

STEPS = 50_000
TRIES = 3


@njit(cache=True)
def chain(steps: int) -> int:
    """Marsaglia's xorshift: six operations of a cycle each, none before the one before."""
    x = np.uint64(88172645463325252)
    for _ in range(steps):
        x ^= x << np.uint64(13)
        x ^= x >> np.uint64(7)
        x ^= x << np.uint64(17)
    return int(x)


def pulse() -> float:
    """Seconds of the chain, the best of three tries of about 0.1 ms."""
    best = float("inf")
    for _ in range(TRIES):
        begin = time.perf_counter()
        chain(STEPS)
        best = min(best, time.perf_counter() - begin)
    return best
