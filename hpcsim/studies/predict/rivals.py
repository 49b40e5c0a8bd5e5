"""The simple ways to say when a job will start, which a simulation has to beat."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from .log import Floats, Ints, Log
from .score import LEVELS

_RECENT = 200
_LEAST = 5
_SURE = 0.95


class PastWaits:
    """The waits of earlier jobs of the same queue, or of the same size where there is one queue.

    Only of jobs that had to wait and whose wait was known at the moment.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._wait = log.start_s - log.submit_s
        known = np.unique(log.queue)
        self._kind = log.queue if len(known) > 1 else np.floor(np.log2(np.maximum(log.cores, 1)))
        waited = np.flatnonzero(self._wait > 0)
        self._waited = waited
        self._of_kind = {
            kind: waited[self._kind[waited] == kind] for kind in np.unique(self._kind).tolist()
        }

    def known_at(self, now_s: float, row: int) -> Floats:
        """Ascending waits of the last jobs like `row` that had started by `now_s`."""
        found = self._started(self._of_kind[float(self._kind[row])], now_s, row)
        if len(found) < _LEAST:
            found = self._started(self._waited, now_s, row)
        return np.sort(self._wait[found])

    def _started(self, rows: Ints, now_s: float, row: int) -> Ints:
        before = rows[: np.searchsorted(rows, row)][-10 * _RECENT :]
        return before[self._log.start_s[before] <= now_s][-_RECENT:]


def mean_wait(waits: Floats) -> Floats:
    """The mean, as all three quantiles."""
    return np.full(len(LEVELS), waits.mean() if len(waits) else 0.0)


def bounded_quantiles(waits: Floats) -> Floats:
    """Quantiles of ascending past waits, each a bound that holds with 95 % confidence.

    The binomial method: the k-th smallest of n is above the q-quantile with the probability that
    fewer than k of n lie below it. The lowest quantile is bounded from below, the median is the
    sample's own. Source: Brevik, Nurmi, Wolski, "Predicting bounds on queuing delay for
    batch-scheduled parallel machines", PPoPP 2006.
    """
    count = len(waits)
    if not count:
        return np.zeros(len(LEVELS))
    low = int(binom.ppf(1 - _SURE, count, LEVELS[0]))
    high = int(binom.ppf(_SURE, count, LEVELS[2]))
    return np.array(
        [waits[max(low - 1, 0)], np.median(waits), waits[min(high, count - 1)]], np.float64
    )


def plain_quantiles(waits: Floats) -> Floats:
    """The quantiles of past waits as they are."""
    return np.quantile(waits, LEVELS) if len(waits) else np.zeros(len(LEVELS))
