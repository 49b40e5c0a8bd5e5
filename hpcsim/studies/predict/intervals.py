"""From raw futures to quantiles that can be believed: corrected by recent predictions' errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .log import Floats

LEVELS = (0.1, 0.5, 0.9)
"""P10, P50, P90."""
_WINDOW = 400
_LEAST = 30
_SOFT_S = 60.0
"""Errors are ratios, but of a minute more: a second instead of two is no error."""
_STEP = 0.02
_MOST_S = 1e9


@dataclass
class Corrector:
    """Remembers predictions and what became of them; corrects the next one.

    Each quantile is first read at the level that recent outcomes took among their futures, then
    scaled by what was left of the error, and the level follows the share of outcomes that fell
    outside (conformal inference with adaptive levels). Nothing is used that the moment of the
    prediction did not know: a job that still waits then counts as one that waits as long as its
    futures say of a job that has waited so long. Sources: Romano, Patterson, Candes, NeurIPS 2019;
    Gibbs, Candes, NeurIPS 2021.
    """

    window: int = _WINDOW
    _moments: list[float] = field(default_factory=list)
    _waits: list[float] = field(default_factory=list)
    _futures: list[Floats] = field(default_factory=list)
    _given: list[Floats] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)
    _levels: Floats = field(default_factory=lambda: np.array(LEVELS))

    def quantiles(self, now_s: float, futures: Floats) -> Floats:
        """P10, P50 and P90 of a wait from its futures (seconds, float64[F]), corrected."""
        self._learn(now_s)
        futures = np.sort(np.minimum(futures, _MOST_S))
        if len(self._moments) < _LEAST:
            return np.quantile(futures, LEVELS)
        moments, waits, past = self._recent(now_s)
        elapsed = now_s - moments
        waits = np.where(waits > elapsed, _still_waiting(past, elapsed), waits)
        ranks = ((past < waits[:, None]).mean(1) + (past <= waits[:, None]).mean(1)) / 2
        found = np.empty(len(LEVELS))
        for i, level in enumerate(self._levels):
            place = float(np.clip(np.quantile(ranks, level), 0.01, 0.99))
            expected = np.quantile(past, place, axis=1)
            errors = np.log((waits + _SOFT_S) / (expected + _SOFT_S))
            scale = np.exp(np.quantile(errors, level))
            found[i] = (np.quantile(futures, place) + _SOFT_S) * scale - _SOFT_S
        return np.sort(np.clip(found, 0.0, _MOST_S))

    def remember(self, moment_s: float, futures: Floats, given: Floats, wait_s: float) -> None:
        """Keep a prediction; its wait is not looked at before the job has started."""
        self._open.append(len(self._moments))
        self._moments.append(moment_s)
        self._waits.append(wait_s)
        self._futures.append(np.sort(np.minimum(futures, _MOST_S)))
        self._given.append(given)

    def _learn(self, now_s: float) -> None:
        """Let the levels follow the outcomes that have become known since."""
        still = []
        for at in self._open:
            wait = self._waits[at]
            if self._moments[at] + wait > now_s:
                still.append(at)
                continue
            low, _, high = self._given[at]
            self._levels[0] += _STEP * (LEVELS[0] - float(wait < low))
            self._levels[2] += _STEP * (float(wait > high) - (1 - LEVELS[2]))
        self._open = still
        self._levels[0] = np.clip(self._levels[0], 0.005, 0.3)
        self._levels[2] = np.clip(self._levels[2], 0.7, 0.995)

    def _recent(self, now_s: float) -> tuple[Floats, Floats, Floats]:
        chosen = slice(max(0, len(self._moments) - self.window), None)
        return (
            np.array(self._moments[chosen]),
            np.array(self._waits[chosen]),
            np.stack(self._futures[chosen]),
        )


def _still_waiting(past: Floats, elapsed: Floats) -> Floats:
    """What the futures say of jobs that have waited for `elapsed` seconds: the middle of the rest.

    At least what has elapsed, where no future waited so long.
    """
    count = past.shape[1]
    passed = (past <= elapsed[:, None]).sum(1)
    middle = np.minimum(passed + (count - passed) // 2, count - 1)
    found = past[np.arange(len(past)), middle]
    return np.maximum(found, elapsed)
