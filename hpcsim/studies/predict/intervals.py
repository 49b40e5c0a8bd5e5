"""From raw futures to quantiles that can be believed: corrected by recent predictions' errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .alike import SOFT_S, Asked, Neighbours
from .log import Floats
from .mixture import SHARES, mixtures
from .score import LEVELS, losses

_STEP, _FIRST_STEP = 0.01, 0.5
"""How far one outcome moves a level: the k-th by 0.5 / (k + 10) at first, at least by 0.01."""
_FORGET = 0.997
_MOST_S = 1e9
_BEYOND = 0.5
"""How far levels go below 0 and above 1: there they reach no wait, and the latest thinkable."""
_LONGER = 0.3
_BOUNDS = ((-_BEYOND, 0.4), (0.2, 0.8), (0.6, 1 + _BEYOND))


@dataclass(frozen=True, eq=False)
class _Past:
    """A prediction whose outcome is open: its mixtures float64[M, F], and what was said."""

    asked: Asked
    traits: Floats
    wait_s: float
    mixed: Floats
    given: Floats

    @property
    def known_s(self) -> float:
        return self.asked.moment_s + self.wait_s


@dataclass
class Corrector:
    """Remembers predictions and what became of them; corrects the next one.

    Simulated waits are mixed with waits of like jobs in the share that has lost least lately: where
    the scheduler does what the simulation does, that is none. Of the mixture each quantile is read
    at a level that follows the outcomes: too many above the P90, and it is read higher up
    (conformal inference with adaptive levels). Above the highest future a level leads on to the
    reservation, below the lowest to no wait at all. Nothing is used that the moment of the
    prediction did not know. Source: Gibbs, Candes, "Adaptive conformal inference under distribution
    shift", NeurIPS 2021.
    """

    _open: list[_Past] = field(default_factory=list)
    _like: Neighbours = field(default_factory=Neighbours)
    _levels: Floats = field(default_factory=lambda: np.array(LEVELS))
    _losses: Floats = field(default_factory=lambda: np.zeros(len(SHARES)))
    _outcomes: int = 0

    def quantiles(self, asked: Asked) -> Floats:
        """P10, P50 and P90 of a wait, corrected by what is known of earlier ones by then."""
        self._learn(asked.moment_s)
        best = int(np.argmin(self._losses))
        return self._read(asked, self._mixed(asked, asked.traits())[best])

    def remember(self, asked: Asked, given: Floats, wait_s: float) -> None:
        """Keep a prediction; its wait is not looked at before the job has started."""
        traits = asked.traits()
        self._open.append(_Past(asked, traits, wait_s, self._mixed(asked, traits), given))

    def _mixed(self, asked: Asked, traits: Floats) -> Floats:
        like = self._like.waits(traits, asked.user, asked.moment_s)
        return mixtures(asked.futures_s, like if len(like) else asked.waits_s)

    def _read(self, asked: Asked, values: Floats) -> Floats:
        """The ascending `values` at the adapted levels, between logarithms."""
        logs = np.log(values + SOFT_S)
        late = asked.waits_s[int(0.9 * len(asked.waits_s))] if len(asked.waits_s) else 0.0
        thinkable = np.log(min(max(asked.reserved_s, late), _MOST_S) + SOFT_S)
        ends = (np.log(SOFT_S), max(logs[-1] + _LONGER, thinkable))
        inside = np.linspace(0.0, 1.0, len(logs))
        places = np.concatenate(((-_BEYOND,), inside, (1 + _BEYOND,)))
        found = np.interp(self._levels, places, np.concatenate((ends[:1], logs, ends[1:])))
        return np.sort(np.clip(np.exp(found) - SOFT_S, 0.0, _MOST_S))

    def _learn(self, now_s: float) -> None:
        """Let levels and shares follow the outcomes that have become known since."""
        known = [one for one in self._open if one.known_s <= now_s]
        self._open = [one for one in self._open if one.known_s > now_s]
        for one in sorted(known, key=lambda each: each.known_s):
            self._outcomes += 1
            step = max(_STEP, _FIRST_STEP / (self._outcomes + 10))
            low, middle, high = one.given
            above = np.array([one.wait_s >= low, one.wait_s > middle, one.wait_s > high], float)
            self._levels += step * (above - (1 - np.array(LEVELS)))
            self._levels = np.clip(self._levels, *np.array(_BOUNDS).T)
            said = np.quantile(one.mixed, LEVELS, axis=1)
            self._losses = _FORGET * self._losses + losses(one.wait_s, said)
            self._like.add(one.traits, one.asked.user, one.known_s, one.wait_s)
