"""One long run: its warm-up cut off, the rest in batches that are nearly independent."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .estimate import CONFIDENCE, Estimate
from .student import mean_over

Floats = npt.NDArray[np.float64]
GROUP = 5
BATCHES = 20
LEAST_IN_BATCH = 50


def warm_up(values: Floats) -> int:
    """How many values to leave out from the start, by the rule MSER-5.

    Among all cuts in the first half, the one whose rest has the least squared standard error of
    its mean, over means of five values each: White, "An effective truncation heuristic for bias
    reduction in simulation output", Simulation 69(6), 1997; White, Cobb and Spratt, WSC 2000.
    """
    groups = len(values) // GROUP
    if groups < 4:
        return 0
    means = values[: groups * GROUP].reshape(groups, GROUP).mean(axis=1)
    left = groups - np.arange(groups)
    total = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum(means[::-1] ** 2)[::-1]
    error = (squares - total**2 / left) / left**2
    return int(np.argmin(error[: groups // 2])) * GROUP


def batched(
    values: Floats,
    figure: Callable[[Floats], float] | None = None,
    *,
    batches: int = BATCHES,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """`figure` (the mean without one) of one run's values in time order, by batch means.

    The warm-up goes, the rest is cut into `batches` of one length, and Student's interval is taken
    over their figures; the estimate itself is that of all values together. With twenty batches or
    so the batches of a run are long, and what ties neighbours together is little: Schmeiser,
    "Batch size effects in the analysis of simulation output", Operations Research 30(3), 1982.
    NaN ends where a batch would hold fewer than fifty values.
    """
    known = values[np.isfinite(values)]
    kept = known[warm_up(known) :]
    size = len(kept) // batches
    said = figure or _mean
    if size < LEAST_IN_BATCH:
        whole = said(kept) if kept.size else math.nan
        return Estimate(whole, math.nan, math.nan, 0)
    kept = kept[len(kept) - size * batches :]
    each = np.array([said(part) for part in kept.reshape(batches, size)])
    spread = mean_over(each, confidence)
    whole = said(kept)
    half = spread.half_width
    return Estimate(whole, whole - half, whole + half, batches)


def _mean(values: Floats) -> float:
    return float(values.mean())
