"""The ingest service: messages as a fluid, minute by minute, into a service of fixed rate."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def drain(arrived, backlog, capacity, left, waited):  # type: ignore[no-untyped-def]
    """Serve a few steps; returns (messages taken in, time-integral of the backlog in steps).

    `arrived` and `capacity` are messages a step, `backlog` what waits before. Writes the backlog
    after each step to `left` and its mean during the step to `waited`. Within a step messages
    come and go at constant rates, so the backlog is a straight line until it is empty.
    """
    taken = 0.0
    area = 0.0
    for step in range(len(arrived)):
        after = backlog + arrived[step] - capacity
        if after >= 0.0:
            mean = (backlog + after) / 2.0
            taken += capacity
        else:
            empty = backlog / (capacity - arrived[step])  # part of the step until it is empty
            mean = backlog * empty / 2.0
            taken += backlog + arrived[step]
            after = 0.0
        left[step] = after
        waited[step] = mean
        area += mean
        backlog = after
    return taken, area


def empty_series(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Two columns for `drain` to write into."""
    return np.zeros(steps), np.zeros(steps)
