"""Messages as counts: every minute's, every institution's, and those that come late.

A day's messages are drawn for each source and then spread over its minutes, so that the two
views add up to the same number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hpcsim.units import DAY_S, MINUTE_S

from ..calendar import Calendar
from ..contract import FloatArray, IntArray, surge_factors
from ..trace import Column, read_trace
from .settings import RecordsSettings

MINUTES = 1440
LATE_DAYS = 3
# Visits through the day, relative to each other: from the hour, to the next entry's hour.
VISIT_HOURS = ((0, 0.1), (7, 0.5), (8, 2.2), (12, 0.6), (13.5, 1.5), (17, 0.4), (21, 0.1))


@dataclass(frozen=True)
class Messages:
    """Counts of messages within the horizon (whole minutes).

    `on_time`, `late` and `again` have an entry a minute; `sources` is days x sources, what each
    source has to send; `never` counts those that come after the horizon only.
    """

    on_time: IntArray
    late: IntArray
    again: IntArray
    sources: IntArray
    share: FloatArray
    never: int

    @property
    def arrived(self) -> IntArray:
        """All that arrive in each minute."""
        return self.on_time + self.late + self.again


def draw(settings: RecordsSettings, calendar: Calendar, rng: np.random.Generator) -> Messages:
    """All messages of the horizon, drawn or those of the trace."""
    if settings.trace is not None:
        return _recorded(settings.trace, calendar)
    size_rng, day_rng, minute_rng, late_rng = rng.spawn(4)
    share, visit_shape = _sources(settings, size_rng)
    days = np.arange(math.ceil(calendar.horizon_s / DAY_S))
    visits, wards = _day_factors(settings, calendar, days)
    sources = _day_counts(settings, share, visits + wards, day_rng)
    minutes = int(calendar.horizon_s // MINUTE_S)
    room = (len(days) + LATE_DAYS) * MINUTES
    on_time, late, again = (np.zeros(room, dtype=np.int64) for _ in range(3))
    for day in days:
        total = int(sources[day].sum())
        shape = _shape(visits[day], wards[day], sources[day], visit_shape)
        moved = int(late_rng.binomial(total, settings.late * (1 - settings.resent)))
        twice = int(late_rng.binomial(total, settings.late * settings.resent))
        first = day * MINUTES
        on_time[first : first + MINUTES] = minute_rng.multinomial(total - moved, shape)
        later = slice(first + MINUTES, first + (1 + LATE_DAYS) * MINUTES)
        spread = np.tile(shape / LATE_DAYS, LATE_DAYS)
        late[later] += late_rng.multinomial(moved, spread)
        again[later] += late_rng.multinomial(twice, spread)
    never = int(on_time[minutes:].sum() + late[minutes:].sum())
    return Messages(on_time[:minutes], late[:minutes], again[:minutes], sources, share, never)


def _recorded(path: Path, calendar: Calendar) -> Messages:
    """The trace's counts, each in its minute, from one source that nothing is known of."""
    table = read_trace(path, (Column("time_s"), Column("messages", most=1e9)))
    minutes = int(calendar.horizon_s // MINUTE_S)
    days = math.ceil(calendar.horizon_s / DAY_S)
    at = (table["time_s"] // MINUTE_S).astype(np.int64)
    inside = at < minutes
    counts = np.bincount(at[inside], table["messages"][inside], minlength=minutes)
    on_time = np.round(counts).astype(np.int64)
    nothing = np.zeros(minutes, dtype=np.int64)
    by_day = np.bincount(np.arange(minutes) // MINUTES, on_time, minlength=days)
    sources = by_day.astype(np.int64)[:, None]
    return Messages(on_time, nothing, nothing, sources, np.ones(1), 0)


def visit_shape() -> FloatArray:
    """The share of a day's visits in each minute."""
    hours = (np.arange(MINUTES) + 0.5) / 60
    starts = [start for start, _ in VISIT_HOURS]
    level = np.array([level for _, level in VISIT_HOURS])
    shape = level[np.searchsorted(starts, hours, side="right") - 1]
    return shape / shape.sum()


def _sources(settings: RecordsSettings, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """(each source's part of all messages, its visits through the day)."""
    sizes = np.exp(rng.standard_normal(settings.institutions) * settings.size_sigma)
    partners = [partner.message_share for partner in settings.partners.values()]
    shares = np.concatenate([sizes / sizes.sum() if len(sizes) else sizes, partners])
    shares /= max(shares.sum(), 1e-300)
    shifts = np.round(rng.standard_normal(len(shares)) * settings.shift_min).astype(int)
    base = visit_shape()
    shapes = np.array([np.roll(base, shift) for shift in shifts]).reshape(len(shares), MINUTES)
    return shares, shapes


def _day_factors(
    settings: RecordsSettings, calendar: Calendar, days: IntArray
) -> tuple[FloatArray, FloatArray]:
    factor = settings.scale * surge_factors(settings.surges, days * DAY_S)
    part = settings.outpatient_share
    visits = part * calendar.day_factors("visits", days, relative=True) * factor
    wards = (1 - part) * calendar.day_factors("wards", days, relative=True) * factor
    return visits, wards


def _day_counts(
    settings: RecordsSettings, share: FloatArray, level: FloatArray, rng: np.random.Generator
) -> IntArray:
    mean = settings.visits_per_day * settings.messages_per_visit
    sigma = math.sqrt(math.log1p(settings.day_variation**2))
    spread = np.exp(rng.standard_normal((len(level), len(share))) * sigma - sigma**2 / 2)
    return rng.poisson(mean * level[:, None] * share[None, :] * spread)


def _shape(visits: float, wards: float, counts: IntArray, shapes: FloatArray) -> FloatArray:
    """The share of a day's messages in each minute, whoever sends them."""
    total = counts.sum()
    if total == 0 or visits + wards == 0:
        return np.full(MINUTES, 1 / MINUTES)
    shape = visits * (counts @ shapes) / total + wards / MINUTES
    return shape / shape.sum()
