"""Chinese public holidays of any year from 1900 to 2100, computed and never fetched.

The dates follow the lunar calendar and the solar terms; the spans follow the usual arrangement
(eight days from New Year's Eve, five in May, seven in October, three around the short ones).
Weekends that are worked in exchange are announced a year at a time and are left out.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from borax.calendars.lunardate import LunarDate, TermUtils


class Holiday(IntEnum):
    """What kind of holiday a day belongs to; 0 is an ordinary day."""

    NONE = 0
    SPRING_FESTIVAL = 1
    NATIONAL_DAY = 2
    LABOUR_DAY = 3
    SHORT = 4


class Span(NamedTuple):
    """A holiday from its first day on."""

    first: date
    days: int
    kind: Holiday
    name: str


FIRST_YEAR, LAST_YEAR = 1900, 2100  # of the lunar tables
QINGMING_TERM = 6  # the solar term's index, counted from Lesser Cold
# How many days before a festival its three days off begin, Monday first: they take in the
# weekend where they can.
SHORT_LEAD_DAYS = (2, 2, 2, 0, 0, 0, 1)


def holidays(year: int) -> list[Span]:
    """The public holidays that begin in (or belong to) `year`, in order of their first day.

    Raises ValueError outside 1900-2100, which the lunar tables do not cover.
    """
    spring = LunarDate(year, 1, 1).to_solar_date() - timedelta(days=1)
    autumn = LunarDate(year, 8, 15).to_solar_date()
    national = Span(date(year, 10, 1), 7, Holiday.NATIONAL_DAY, "National Day")
    spans = [
        Span(date(year, 1, 1), 1, Holiday.SHORT, "New Year"),
        Span(spring, 8, Holiday.SPRING_FESTIVAL, "Spring Festival"),
        _short(TermUtils.nth_term_day(year, QINGMING_TERM), "Qingming"),
        Span(date(year, 5, 1), 5, Holiday.LABOUR_DAY, "Labour Day"),
        _short(LunarDate(year, 5, 5).to_solar_date(), "Dragon Boat"),
    ]
    mid_autumn = _short(autumn, "Mid-Autumn")
    if autumn >= national.first - timedelta(days=1):  # the two merge and grow by a day
        spans.append(national._replace(days=8, name="National Day and Mid-Autumn"))
    else:
        spans += [mid_autumn, national]
    return spans


def _short(festival: date, name: str) -> Span:
    lead = SHORT_LEAD_DAYS[festival.weekday()]
    return Span(festival - timedelta(days=lead), 3, Holiday.SHORT, name)
