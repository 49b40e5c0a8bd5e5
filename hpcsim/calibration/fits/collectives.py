"""Collective operations from the time of a message, by the algorithm that a library may take.

Steps and bytes of each algorithm for p ranks and n bytes (Thakur, Rabenseifner and Gropp,
"Optimization of Collective Communication Operations in MPICH", 2005).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..estimate import Estimate, Z
from .hockney import time_of
from .resample import Point, middles
from .verdict import Fit, refused

# (messages, bytes a message) on the critical path, by operation and algorithm.
Cost = Callable[[int, float], tuple[float, float]]
ALGORITHMS: Mapping[str, Mapping[str, Cost]] = {
    "allreduce": {
        "recursive doubling": lambda p, n: (math.log2(p), n),
        "reduce-scatter": lambda p, n: (2 * math.log2(p), n * (p - 1) / p / math.log2(p)),
        "ring": lambda p, n: (2 * (p - 1), n / p),
    },
    "bcast": {
        "binomial": lambda p, n: (math.ceil(math.log2(p)), n),
        "scatter-allgather": lambda p, n: (math.log2(p) + p - 1, n / p),
    },
    "allgather": {
        "recursive doubling": lambda p, n: (math.log2(p), n * (p - 1) / p / math.log2(p)),
        "ring": lambda p, n: (p - 1, n / p),
    },
    "alltoall": {
        "bruck": lambda p, n: (math.log2(p), n / 2),
        "pairwise": lambda p, n: (p - 1, n / p),
    },
}
TELLING_RANKS = 4


def collective(points: Sequence[Point], operation: str, ranks: int, message: Fit) -> Fit:
    """The algorithm nearest to the measured times, and the factor that it is off by.

    x are bytes, repeats seconds. With fewer than four ranks all algorithms take the same steps, so
    that none can be told from another: the fit is widened to what they span at 32 ranks.
    """
    what = f"{operation} of {ranks} ranks"
    if operation not in ALGORITHMS or not message.usable or ranks < 2:
        return refused("collective", what, "no time of a message to build it from", len(points))
    if len(points) < 2:
        return refused("collective", what, "one size says nothing of the algorithm", len(points))
    x, y = middles(points)
    factors = {
        name: np.array([y_ / _time(cost, ranks, x_, message) for x_, y_ in zip(x, y, strict=True)])
        for name, cost in ALGORITHMS[operation].items()
    }
    spread = {name: float(np.std(np.log(ratio))) for name, ratio in factors.items()}
    best = min(spread, key=spread.__getitem__)
    factor = float(np.exp(np.mean(np.log(factors[best]))))
    wide = math.exp(Z * max(spread[best], 0.02))
    status, reason = "ok", ""
    if ranks < TELLING_RANKS:
        status = "widened"
        reason = f"{ranks} ranks cannot tell algorithms apart"
        wide *= _span(operation, message, float(np.median(x)))
    return Fit(
        model=f"{operation}: {best}",
        what=what,
        status=status,  # type: ignore[arg-type]
        reason=reason,
        points=len(points),
        low_x=float(x.min()),
        high_x=float(x.max()),
        rms=spread[best],
        parameters={
            "factor": Estimate(
                value=factor, low=factor / wide, high=factor * wide, unit="1", basis="measured"
            )
        },
    )


def _time(cost: Cost, ranks: int, n_bytes: float, message: Fit) -> float:
    steps, each = cost(ranks, n_bytes)
    return steps * time_of(message, each)


def _span(operation: str, message: Fit, n_bytes: float, ranks: int = 32) -> float:
    """How far the algorithms lie apart at a number of ranks that tells them apart."""
    times = [_time(cost, ranks, n_bytes, message) for cost in ALGORITHMS[operation].values()]
    return math.sqrt(max(times) / min(times))
