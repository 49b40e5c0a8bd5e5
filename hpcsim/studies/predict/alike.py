"""Which predictions of the past were like this one, and how long those jobs waited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .log import Floats, Ints, Log

SOFT_S = 60.0
"""Times are compared as ratios, but of a minute more: a second instead of two is no error."""
NEAREST = 40
LEAST = 20
WINDOW = 600
_MOST_S = 1e9
_WEIGHTS = np.array([1.0, 1.0, 0.5, 0.5, 0.5, 1.0])
_ANOTHER_USER = 1.0
_AGE = 0.5


@dataclass(frozen=True, eq=False)
class Asked:
    """What a prediction is made of: the job, its futures, waits of its queue, its reservation.

    `futures_s`: float64[F]; `waits_s`: float64[W], ascending, W may be 0; `reserved_s`: the wait if
    everything lasts as long as it may, infinity where nobody knows.
    """

    moment_s: float
    futures_s: Floats
    waits_s: Floats
    reserved_s: float = np.inf
    cores: int = 1
    limit_s: float = np.inf
    user: int = -1

    @classmethod
    def of_row(
        cls, log: Log, row: int, now_s: float, futures: Floats, waits: Floats, reserved_s: float
    ) -> Asked:
        """The same for a job of a log."""
        limit, user = float(log.limit_s[row]), int(log.user[row])
        return cls(now_s, np.minimum(futures, _MOST_S), waits, reserved_s, int(log.cores[row]),
                   limit, user)  # fmt: skip

    def traits(self) -> Floats:
        """float64[6] in which a step of one is a factor e."""
        middle, late = np.quantile(self.futures_s, (0.5, 0.9))
        waited = np.median(self.waits_s) if len(self.waits_s) else 0.0
        times = np.array((middle, late, self.reserved_s, self.limit_s, waited))
        logs = np.log(np.minimum(times, _MOST_S) + SOFT_S)
        return np.insert(logs, 3, np.log(max(self.cores, 1)))


class Neighbours:
    """Remembers the traits of predictions whose outcome is known, the last WINDOW of them."""

    def __init__(self) -> None:
        self._traits = np.empty((0, len(_WEIGHTS)))
        self._known = np.empty((0, 3))

    def add(self, traits: Floats, user: int, known_s: float, wait_s: float) -> None:
        """A job that started at `known_s` after `wait_s` seconds."""
        self._traits = np.vstack((self._traits[1 - WINDOW :], traits))
        self._known = np.vstack((self._known[1 - WINDOW :], (user, known_s, wait_s)))

    def waits(self, traits: Floats, user: int, now_s: float) -> Floats:
        """Waits of those most like this one; none where too little is known."""
        if len(self._known) < LEAST:
            return np.empty(0)
        users, known, waits = self._known.T
        apart = np.abs(self._traits - traits) @ _WEIGHTS
        apart += _ANOTHER_USER * ((users != user) | (user < 0))
        apart += _AGE * np.log1p((now_s - known) / 3600.0)
        nearest: Ints = np.argsort(apart, kind="stable")[:NEAREST]
        return np.sort(waits[nearest])
