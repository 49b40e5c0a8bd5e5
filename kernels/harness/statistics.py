"""What a handful of timings says: the middle, how sure it is, the best, the spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 999


@dataclass(frozen=True)
class Summary:
    """Seconds a run: the median with its bootstrap interval, the best, and how they spread.

    `spread` is the interquartile range over the median. Under three samples there is no
    interval: low and high are the smallest and the largest.
    """

    n: int
    median_s: float
    low_s: float
    high_s: float
    best_s: float
    spread: float

    @property
    def uncertainty(self) -> float:
        """Half of the interval's width, relative to the median."""
        return (self.high_s - self.low_s) / 2 / self.median_s if self.median_s else 0.0


def summarize(samples_s: Sequence[float], seed: int = 0) -> Summary:
    """The summary of at least one timing; the same samples give the same interval."""
    times = np.asarray(samples_s, dtype=float)
    low, high = _interval(times, seed)
    quartiles = np.percentile(times, [25, 75])
    median = float(np.median(times))
    spread = float(quartiles[1] - quartiles[0]) / median if median else 0.0
    return Summary(times.size, median, low, high, float(times.min()), spread)


def _interval(times: np.ndarray, seed: int) -> tuple[float, float]:
    if times.size < 3 or np.ptp(times) == 0:
        return float(times.min()), float(times.max())
    from scipy.stats import bootstrap

    found = bootstrap(
        (times,),
        np.median,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)
