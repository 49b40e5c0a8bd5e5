"""Rows of a list that look computed: equal steps of cores, or one figure listed again and again.

Somebody who runs HPL on a machine has the machine's own number of cores. A vendor who reckons
what machines that it sold would reach lists 32,000, 32,800, 33,600 cores with figures on a smooth
curve. Such rows say what a formula says and must not be used to test another one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_RUNGS = 4  # equal steps in a row are no accident from here on
SMOOTH = 0.01  # rows of one formula differ this little in Rmax a core from rung to rung
LARGEST_STEP = 0.1  # of the cores


def looks_computed(
    processor: Sequence[str], cores: Sequence[int], rmax: Sequence[float]
) -> NDArray[np.bool_]:
    """Which rows repeat an earlier figure or stand on a ladder of their processor."""
    names, sizes, figures = np.array(processor), np.array(cores), np.array(rmax)
    marked = np.zeros(len(sizes), bool)
    seen: set[tuple[str, int, float]] = set()
    for row, key in enumerate(zip(processor, cores, rmax, strict=True)):
        marked[row] = key in seen
        seen.add(key)
    for name in set(processor):
        of_kind = np.flatnonzero(names == name)
        marked[_rungs(of_kind, sizes, figures)] = True
    return marked


def _rungs(rows: NDArray[np.int64], sizes: np.ndarray, figures: np.ndarray) -> list[int]:
    """The rows on every run of at least LEAST_RUNGS equal steps along one smooth curve."""
    found: set[int] = set()
    for first in rows:
        steps = {int(sizes[other] - sizes[first]) for other in rows}
        for step in steps:
            if 0 < step <= LARGEST_STEP * sizes[first]:
                run = _climb(int(first), step, rows, sizes, figures)
                if len({int(sizes[row]) for row in run}) >= LEAST_RUNGS:
                    found.update(run)
    return sorted(found)


def _climb(
    first: int, step: int, rows: NDArray[np.int64], sizes: np.ndarray, figures: np.ndarray
) -> list[int]:
    """Rows from `first` up, each `step` cores more and with nearly the same Rmax a core."""
    run, last = [first], first
    while True:
        each = figures[rows] / sizes[rows]
        near = np.abs(each / (figures[last] / sizes[last]) - 1) < SMOOTH
        above = rows[(sizes[rows] == sizes[last] + step) & near]
        if not len(above):
            return run
        run.extend(int(row) for row in above)
        last = int(above[0])
