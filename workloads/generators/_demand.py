"""How many of the drawn jobs make a wanted amount of work."""

from __future__ import annotations

import numpy as np

CLOSE = 1e-4
MOST_STEPS = 200


def rows_for_work(work: np.ndarray, target: float) -> np.ndarray | None:
    """Increasing rows whose work adds up to the target: the first ones, and a few later ones.

    The first rows are taken until the next would exceed the target; what is missing is filled
    with single later rows that fit best. None where the rows do not hold enough.
    """
    total = np.cumsum(work)
    first = int(np.searchsorted(total, target, side="right"))
    if first >= len(work):
        return None
    missing = target - (total[first - 1] if first else 0.0)
    spare = np.arange(first, len(work))
    spare = spare[np.argsort(work[spare], kind="stable")]
    return np.sort(np.concatenate((np.arange(first), _filling(work, spare, missing, target))))


def _filling(work: np.ndarray, spare: np.ndarray, missing: float, target: float) -> np.ndarray:
    """Rows of `spare`, which is sorted by work, that add up to what is missing."""
    taken: list[int] = []
    while missing > CLOSE * target and len(spare) and len(taken) < MOST_STEPS:
        place = int(np.searchsorted(work[spare], missing, side="right")) - 1
        if place < 0:
            break
        taken.append(int(spare[place]))
        missing -= work[spare[place]]
        spare = np.delete(spare, place)
    return np.array(taken, dtype=np.int64)
