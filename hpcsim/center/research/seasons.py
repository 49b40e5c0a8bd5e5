"""When campaigns begin: season, holidays, weekends, growth and the hours of the day."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hpcsim.units import DAY_S, YEAR_S
from workloads.generators._lublin_model import BUCKET_S, BUCKETS, TYPES, bucket_weights

from ..calendar import Calendar
from ..contract import FloatArray, surge_factors
from .settings import ResearchSettings


@dataclass(frozen=True)
class Season:
    """Demand in half hours from `first_s` on, as parts of an average half hour of the year."""

    first_s: float
    level: FloatArray

    @property
    def half_hours(self) -> float:
        """Average half hours that the whole stretch is worth."""
        return float(self.level.sum())

    def times(self, chance: FloatArray) -> FloatArray:
        """The moments up to which shares `chance` of all demand have come, seconds."""
        passed = np.concatenate([[0.0], np.cumsum(self.level)])
        if passed[-1] <= 0:
            return np.full(len(chance), self.first_s)
        edges = self.first_s + np.arange(len(passed)) * BUCKET_S
        return np.interp(chance * passed[-1], passed, edges)


def season(settings: ResearchSettings, calendar: Calendar, begin_s: float, end_s: float) -> Season:
    """The demand between two moments (whole half hours, the last one in part)."""
    first = math.floor(begin_s / DAY_S)
    days = np.arange(first, max(math.ceil(end_s / DAY_S), first + 1))
    daily = calendar.day_factors("research", days, relative=True)
    daily = daily * settings.scale * surge_factors(settings.surges, days * DAY_S)
    daily *= (1 + settings.growth_per_year) ** (np.maximum(days, 0) * DAY_S / YEAR_S)
    # The batch model's day has its morning, its peak after noon and its quiet night.
    level = (daily[:, None] * bucket_weights(TYPES["batch"])[None, :]).ravel()
    starts = first * DAY_S + np.arange(len(days) * BUCKETS) * BUCKET_S
    inside = np.clip((end_s - starts) / BUCKET_S, 0, 1) - np.clip(
        (begin_s - starts) / BUCKET_S, 0, 1
    )
    return Season(first * DAY_S, level * inside)
