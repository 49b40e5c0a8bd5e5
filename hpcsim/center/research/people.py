"""Users: few send most, and each works for one account."""

from __future__ import annotations

import numpy as np

from ..contract import FloatArray
from .jobs import Int32Array
from .settings import ResearchSettings

STRIDE = 7  # the busiest user of one class is not the busiest of the next


class People:
    """Users 0, 1, ... by activity (Zipf), and the account of each.

    Activity is dealt out so that the accounts come as near to their shares as whole users let
    them: each user, busiest first, goes to the account that lacks most.
    """

    def __init__(self, settings: ResearchSettings) -> None:
        ranks = np.arange(1, settings.users + 1, dtype=np.float64)
        weights = ranks**-settings.zipf
        self._weights = weights / weights.sum()
        self._bounds = np.cumsum(self._weights)
        lacking = np.array([each.demand_share for each in settings.accounts.values()])
        self.account = np.zeros(settings.users, np.int32)
        for user, weight in enumerate(self._weights.tolist()):
            self.account[user] = chosen = int(np.argmax(lacking))
            lacking[chosen] -= weight

    def users(self, chance: FloatArray, job_class: int) -> Int32Array:
        """The user behind each number in 0..1, for campaigns of one class."""
        ranks = np.searchsorted(self._bounds, chance, side="right")
        ranks = np.minimum(ranks, len(self._bounds) - 1)
        return ((ranks + STRIDE * job_class) % len(self._bounds)).astype(np.int32)
