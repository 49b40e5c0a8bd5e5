"""From raw futures to quantiles that can be believed: corrected by recent predictions' errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .log import Floats
from .mixture import SHARES, mixtures
from .score import LEVELS, losses

_WINDOW = 400
_NEIGHBOURS = 200
_LEAST = 30
_SOFT_S = 60.0
"""Errors are ratios, but of a minute more: a second instead of two is no error."""
_MOST_SCALE = 10.0
_STEP = 0.02
_FORGET = 0.997
_MOST_S = 1e9


@dataclass(frozen=True, eq=False)
class _Past:
    """A prediction that was made: its mixtures float64[M, F], and what was said."""

    moment_s: float
    wait_s: float
    mixed: Floats
    given: Floats


@dataclass
class Corrector:
    """Remembers predictions and what became of them; corrects the next one.

    Simulated waits are mixed with past waits of like jobs in the share that has lost least
    lately: where the scheduler does what the simulation does, that is none. Of the mixture each
    quantile is read at the level that recent outcomes took, scaled by what was left of the error,
    and the level follows the share of outcomes that fell outside (conformal inference with
    adaptive levels). Nothing is used that the moment of the prediction did not know: a job that
    still waits then counts as one that waits as long as its futures say of a job that has waited
    so long. Sources: Romano, Patterson, Candes, NeurIPS 2019; Gibbs, Candes, NeurIPS 2021.
    """

    window: int = _WINDOW
    neighbours: int = _NEIGHBOURS
    _past: list[_Past] = field(default_factory=list)
    _open: list[_Past] = field(default_factory=list)
    _levels: Floats = field(default_factory=lambda: np.array(LEVELS))
    _losses: Floats = field(default_factory=lambda: np.zeros(len(SHARES)))

    def quantiles(self, now_s: float, futures: Floats, waits: Floats) -> Floats:
        """P10, P50 and P90 of a wait from its futures and from waits of the past, corrected.

        `futures`: float64[F], seconds; `waits`: float64[W], W may be 0.
        """
        self._learn(now_s)
        mixed = mixtures(np.minimum(futures, _MOST_S), waits)
        if len(self._past) < _LEAST:
            return np.quantile(mixed[0], LEVELS)
        best = int(np.argmin(self._losses))
        return self._corrected(now_s, mixed[best], best)

    def remember(
        self, moment_s: float, futures: Floats, waits: Floats, given: Floats, wait_s: float
    ) -> None:
        """Keep a prediction; its wait is not looked at before the job has started."""
        mixed = mixtures(np.minimum(futures, _MOST_S), waits)
        self._past.append(_Past(moment_s, wait_s, mixed, given))
        self._open.append(self._past[-1])

    def _corrected(self, now_s: float, futures: Floats, share: int) -> Floats:
        moments, waits, past = self._like(futures, share)
        elapsed = now_s - moments
        waits = np.where(waits > elapsed, _still_waiting(past, elapsed), waits)
        ranks = ((past < waits[:, None]).mean(1) + (past <= waits[:, None]).mean(1)) / 2
        found = np.empty(len(LEVELS))
        for i, level in enumerate(self._levels):
            place = float(np.clip(np.quantile(ranks, level), 0.01, 0.99))
            expected = np.quantile(past, place, axis=1)
            errors = np.log((waits + _SOFT_S) / (expected + _SOFT_S))
            scale = np.clip(np.exp(np.quantile(errors, level)), 1 / _MOST_SCALE, _MOST_SCALE)
            found[i] = (np.quantile(futures, place) + _SOFT_S) * scale - _SOFT_S
        return np.sort(np.clip(found, 0.0, _MOST_S))

    def _like(self, futures: Floats, share: int) -> tuple[Floats, Floats, Floats]:
        """Moments, waits and futures of those recent predictions that were most like this one."""
        recent = self._past[-self.window :]
        past = np.stack([one.mixed[share] for one in recent])
        middles = np.log(past[:, past.shape[1] // 2] + _SOFT_S)
        apart = np.abs(middles - np.log(futures[len(futures) // 2] + _SOFT_S))
        near = np.argsort(apart, kind="stable")[: self.neighbours]
        moments = np.array([one.moment_s for one in recent])
        waits = np.array([one.wait_s for one in recent])
        return moments[near], waits[near], past[near]

    def _learn(self, now_s: float) -> None:
        """Let levels and shares follow the outcomes that have become known since."""
        still = []
        for one in self._open:
            if one.moment_s + one.wait_s > now_s:
                still.append(one)
                continue
            low, _, high = one.given
            self._levels[0] += _STEP * (LEVELS[0] - float(one.wait_s < low))
            self._levels[2] += _STEP * (float(one.wait_s > high) - (1 - LEVELS[2]))
            said = np.quantile(one.mixed, LEVELS, axis=1)
            self._losses = _FORGET * self._losses + losses(one.wait_s, said)
        self._open = still
        self._levels[0] = np.clip(self._levels[0], 0.005, 0.3)
        self._levels[2] = np.clip(self._levels[2], 0.7, 0.995)


def _still_waiting(past: Floats, elapsed: Floats) -> Floats:
    """What the futures say of jobs that have waited for `elapsed` seconds: the middle of the rest.

    At least what has elapsed, where no future waited so long.
    """
    count = past.shape[1]
    passed = (past <= elapsed[:, None]).sum(1)
    middle = np.minimum(passed + (count - passed) // 2, count - 1)
    found = past[np.arange(len(past)), middle]
    return np.maximum(found, elapsed)
