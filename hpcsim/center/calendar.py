"""The calendar of the centre: local days, weekends, holidays and what they do to demand.

Time 0 of a simulation is local midnight of its first day; a time is in seconds from there.
China keeps one time all year, so a day is always 86,400 s.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hpcsim.errors import InputError, Problem
from hpcsim.units import DAY_S, HOUR_S

from .contract import FloatArray, IntArray, Settings, quantity
from .holidays import FIRST_YEAR, LAST_YEAR, Holiday, holidays

Kind = Literal["research", "clinical", "visits", "wards"]
TAPER_DAYS = 7
AFTER_DAYS = 7
NEVER_DAYS = 36_525.0  # what would come later is not known to come


class Seasons(Settings):
    """How one kind of demand follows the calendar: factors on an ordinary working day's."""

    saturday: float = quantity(1.0, "Saturdays", unit="1", source="A", ge=0)
    sunday: float = quantity(1.0, "Sundays", unit="1", source="A", ge=0)
    spring_festival: float = quantity(1.0, "its eight days", unit="1", source="A", ge=0)
    spring_taper: float = quantity(1.0, "the week before, the week after", unit="1", source="A")
    national_day: float = quantity(1.0, "1-7 October", unit="1", source="A", ge=0)
    labour_day: float = quantity(1.0, "1-5 May", unit="1", source="A", ge=0)
    short_holiday: float = quantity(1.0, "holidays of one or three days", unit="1", source="A")
    after_long_holiday: float = quantity(1.0, "the week after a long one", unit="1", source="A")
    february_march: float = quantity(1.0, "to 20 March: grant deadline", unit="1", source="A")
    summer: float = quantity(1.0, "July and August", unit="1", source="A", ge=0)
    quarter_end: float = quantity(1.0, "March, June, September", unit="1", source="A", ge=0)
    december: float = quantity(1.0, "the year's end", unit="1", source="A", ge=0)


RESEARCH = Seasons(
    saturday=0.55,
    sunday=0.50,
    spring_festival=0.25,
    spring_taper=0.6,
    national_day=0.45,
    labour_day=0.6,
    short_holiday=0.75,
    february_march=1.25,
    summer=1.05,
    quarter_end=1.2,
    december=1.35,
)
CLINICAL = Seasons(
    saturday=0.5,
    sunday=0.5,
    spring_festival=0.3,
    national_day=0.3,
    labour_day=0.3,
    short_holiday=0.3,
    after_long_holiday=1.4,
)
VISITS = Seasons(
    saturday=0.65,
    sunday=0.45,
    spring_festival=0.45,
    national_day=0.45,
    labour_day=0.45,
    short_holiday=0.45,
    after_long_holiday=1.1,
)
WARDS = Seasons(
    saturday=0.9,
    sunday=0.9,
    spring_festival=0.75,
    national_day=0.9,
    labour_day=0.9,
    short_holiday=0.9,
)


class CalendarSettings(Settings):
    """The section `calendar` of a scenario."""

    public_holidays: bool = quantity(
        True, "whether the Chinese public holidays are kept", unit="yes or no", source="S"
    )
    research: Seasons = quantity(RESEARCH, "jobs of researchers", unit="1", source="R 0.6")
    clinical: Seasons = quantity(CLINICAL, "samples from clinics", unit="1", source="R 0.6")
    visits: Seasons = quantity(VISITS, "outpatients' visits", unit="1", source="R 0.6, rest A")
    wards: Seasons = quantity(WARDS, "records from the wards", unit="1", source="R 0.6, rest A")


def _end(start: date, horizon_days: float) -> date:
    """The day after the horizon; InputError where the calendar does not reach so far."""
    first, last = FIRST_YEAR + 1, LAST_YEAR - 2
    left = (date(last + 1, 1, 1) - start).days
    if not (first <= start.year and 0 <= horizon_days <= left):
        raise InputError(
            Problem(
                f"the calendar reaches from {first} to {last}",
                value=f"{start.isoformat()} and {horizon_days:g} days",
                rule="start and horizon_days have to lie within, and a horizon is not negative",
            )
        )
    return start + timedelta(days=math.ceil(horizon_days))


class Calendar:
    """Days from `start` for `horizon_days` (and a year beyond, for what is still open then).

    Arrays are indexed by day; day 0 is `start`. Every method takes seconds from the start.
    """

    def __init__(
        self, start: date, horizon_days: float, settings: CalendarSettings | None = None
    ) -> None:
        self.settings = settings or CalendarSettings()
        self.start = start
        self.horizon_s = horizon_days * DAY_S
        end = _end(start, horizon_days)
        self._first = date(start.year, 1, 1)
        self._offset = (start - self._first).days
        count = (date(end.year + 2, 1, 1) - self._first).days
        self._dates = np.datetime64(self._first, "D") + np.arange(count)
        self._weekday = (np.arange(count) + self._first.weekday()) % 7
        self._holiday = np.zeros(count, dtype=np.int8)
        self._taper = np.zeros(count, dtype=bool)
        self._after = np.zeros(count, dtype=bool)
        if self.settings.public_holidays:
            for year in range(self._first.year - 1, end.year + 2):
                self._mark_year(year)
        self._working = (self._weekday < 5) & (self._holiday == Holiday.NONE)
        self._factors: dict[str, tuple[FloatArray, FloatArray]] = {}

    def _mark_year(self, year: int) -> None:
        for span in holidays(year):
            first = (span.first - self._first).days
            last = first + span.days
            self._paint(self._holiday, first, last, span.kind)
            if span.kind != Holiday.SHORT:
                self._paint(self._after, last, last + AFTER_DAYS, True)
            if span.kind == Holiday.SPRING_FESTIVAL:
                self._paint(self._taper, first - TAPER_DAYS, last + TAPER_DAYS, True)

    @staticmethod
    def _paint(target: npt.NDArray[Any], first: int, last: int, value: int | bool) -> None:
        target[max(first, 0) : max(last, 0)] = value

    def day_of(self, times_s: FloatArray) -> IntArray:
        """The day (0 = the first) of each time."""
        return np.floor_divide(times_s, DAY_S).astype(np.int64)

    def second_of_day(self, times_s: FloatArray) -> FloatArray:
        """Seconds since local midnight."""
        return np.mod(times_s, DAY_S)

    def local(self, time_s: float) -> datetime:
        """The local date and time of a moment."""
        return datetime.combine(self.start, datetime.min.time()) + timedelta(seconds=time_s)

    def date_used_up(self, time_s: float, left: float, per_day: float) -> str:
        """The ISO date on which what is left at a moment is gone, at so much of it a day.

        "never" beyond a hundred years.
        """
        if left > 0 and per_day * NEVER_DAYS <= left:
            return "never"
        days = math.ceil(left / per_day) if left > 0 else 0
        return (self.local(time_s).date() + timedelta(days=days)).isoformat()

    def date_of(self, day: int) -> date:
        """The date of a day."""
        return self.start + timedelta(days=day)

    def is_working(self, days: IntArray) -> npt.NDArray[np.bool_]:
        """Whether each day is neither a weekend nor a public holiday."""
        return self._working[self._index(days)]

    def holiday(self, days: IntArray) -> npt.NDArray[np.int8]:
        """The `Holiday` of each day."""
        return self._holiday[self._index(days)]

    def weekday(self, days: IntArray) -> IntArray:
        """0 for Monday to 6 for Sunday."""
        return self._weekday[self._index(days)]

    def _index(self, days: IntArray) -> IntArray:
        return np.clip(np.asarray(days) + self._offset, 0, len(self._dates) - 1)

    def day_factors(self, kind: Kind, days: IntArray, *, relative: bool = False) -> FloatArray:
        """The factor on each day's demand; `relative` scales a calendar year's mean to 1.

        With `relative`, a yearly total times the factor / days of the year is a day's demand,
        and a whole year adds up to its total.
        """
        if kind not in self._factors:
            plain = self._plain_factors(getattr(self.settings, kind))
            self._factors[kind] = plain, plain / self._yearly_mean(plain)
        return self._factors[kind][int(relative)][self._index(days)]

    def factor_at(self, times_s: FloatArray, kind: Kind, *, relative: bool = False) -> FloatArray:
        """`day_factors` at each time."""
        return self.day_factors(kind, self.day_of(times_s), relative=relative)

    def days_in_year(self, days: IntArray) -> IntArray:
        """365 or 366 for each day."""
        years = self._dates[self._index(days)].astype("datetime64[Y]")
        length = (years + 1).astype("datetime64[D]") - years.astype("datetime64[D]")
        return length.astype(np.int64)

    def _yearly_mean(self, plain: FloatArray) -> FloatArray:
        years = self._dates.astype("datetime64[Y]").astype(np.int64)
        years -= years[0]
        mean = np.bincount(years, plain) / np.bincount(years)
        return np.where(mean[years] > 0, mean[years], 1.0)

    def _plain_factors(self, seasons: Seasons) -> FloatArray:
        factors = np.ones(len(self._dates))
        factors[self._weekday == 5] = seasons.saturday
        factors[self._weekday == 6] = seasons.sunday
        month = self._dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
        day = (self._dates - self._dates.astype("datetime64[M]")).astype(np.int64) + 1
        grant = (month == 2) | ((month == 3) & (day <= 20))
        factors[grant] *= seasons.february_march
        factors[(month == 7) | (month == 8)] *= seasons.summer
        factors[((month == 3) & (day > 20)) | (month == 6) | (month == 9)] *= seasons.quarter_end
        factors[month == 12] *= seasons.december
        factors[self._taper] *= seasons.spring_taper
        factors[self._after] *= seasons.after_long_holiday
        for kind, factor in (
            (Holiday.SPRING_FESTIVAL, seasons.spring_festival),
            (Holiday.NATIONAL_DAY, seasons.national_day),
            (Holiday.LABOUR_DAY, seasons.labour_day),
            (Holiday.SHORT, seasons.short_holiday),
        ):
            factors[self._holiday == kind] = factor
        return factors

    def working_days(self) -> IntArray:
        """The working days within the horizon."""
        days = np.arange(math.ceil(self.horizon_s / DAY_S))
        return days[self.is_working(days)]

    def office_end(
        self,
        start_s: FloatArray,
        work_s: FloatArray,
        *,
        opens_h: float,
        closes_h: float,
        every_day: FloatArray | npt.NDArray[np.bool_] | bool = False,
    ) -> FloatArray:
        """When `work_s` of office time, begun at `start_s`, is done.

        The office works from `opens_h` to `closes_h` on working days, or every day where
        `every_day` holds. Work never ends at an opening: it ends at the closing before.
        """
        open_days = np.broadcast_to(np.asarray(every_day, dtype=bool), np.shape(start_s))
        ends = np.empty(len(start_s))
        for flag in (False, True):
            chosen = open_days == flag
            table = np.ones(len(self._dates), dtype=bool) if flag else self._working
            ends[chosen] = self._office_end(
                start_s[chosen], work_s[chosen], opens_h, closes_h, table
            )
        return ends

    def _office_end(
        self,
        start_s: FloatArray,
        work_s: FloatArray,
        opens_h: float,
        closes_h: float,
        is_open: npt.NDArray[np.bool_],
    ) -> FloatArray:
        length = (closes_h - opens_h) * HOUR_S
        done = np.concatenate([[0.0], np.cumsum(is_open) * length])  # office time before a day
        day = self._index(self.day_of(start_s))
        gone = np.clip(self.second_of_day(start_s) - opens_h * HOUR_S, 0.0, length)
        target = done[day] + np.where(is_open[day], gone, 0.0) + work_s
        last = np.searchsorted(done, target, side="left") - 1
        last = np.clip(last, day, len(is_open) - 1)
        end = (last - self._offset) * DAY_S + opens_h * HOUR_S + (target - done[last])
        return np.maximum(end, start_s)
