from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.center.calendar import Calendar, CalendarSettings
from hpcsim.center.contract import Settings, Surge, marks, quantity, surge_factors
from hpcsim.center.holidays import Holiday, holidays
from hpcsim.errors import InputError

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("year", "new_year", "qingming", "dragon_boat", "national_days"),
    [
        (2024, date(2024, 2, 10), date(2024, 4, 4), date(2024, 6, 10), 7),
        (2025, date(2025, 1, 29), date(2025, 4, 4), date(2025, 5, 31), 8),  # Mid-Autumn 6 Oct
        (2026, date(2026, 2, 17), date(2026, 4, 5), date(2026, 6, 19), 7),
        (2027, date(2027, 2, 6), date(2027, 4, 5), date(2027, 6, 9), 7),
        (2028, date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), 8),  # Mid-Autumn 3 Oct
    ],
)
def test_the_festivals_fall_on_their_published_dates(
    year, new_year, qingming, dragon_boat, national_days
):
    spans = {span.name.split(" and ")[0]: span for span in holidays(year)}
    assert (new_year - spans["Spring Festival"].first).days == 1
    assert spans["Spring Festival"].days == 8
    assert 0 <= (qingming - spans["Qingming"].first).days < 3
    assert 0 <= (dragon_boat - spans["Dragon Boat"].first).days < 3
    assert spans["National Day"].days == national_days


def test_spring_festival_2027_by_day():
    calendar = Calendar(date(2027, 2, 1), 21)
    shown = "".join("h" if h else "." for h in calendar.holiday(np.arange(21)))
    #                Mo.........We (3 Feb) the eve is Friday, the 5th
    assert shown == "....hhhhhhhh........."
    research = calendar.day_factors("research", np.arange(21))
    assert research[4] == 0.25
    assert research[0] == pytest.approx(0.6 * 1.25)  # taper, grant deadline
    clinical = calendar.day_factors("clinical", np.arange(21))
    assert clinical[[0, 4, 12, 14]].tolist() == pytest.approx([1.0, 0.3, 0.7, 1.4])


def test_leap_day_exists():
    calendar = Calendar(date(2028, 2, 28), 3)
    assert calendar.date_of(1) == date(2028, 2, 29)
    assert calendar.local(1.5 * DAY) == datetime(2028, 2, 29, 12)
    assert calendar.days_in_year(np.array([1, 400])).tolist() == [366, 365]


def test_factors_of_a_whole_year_average_to_one():
    calendar = Calendar(date(2027, 1, 1), 365)
    for kind in ("research", "clinical", "visits", "wards"):
        assert calendar.day_factors(kind, np.arange(365), relative=True).mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("start", "days"), [(date(1900, 5, 1), 9), (date(2099, 1, 1), 9), (date(2026, 1, 1), -1.0)]
)
def test_beyond_the_tables_is_an_input_error(start, days):
    with pytest.raises(InputError, match="from 1901 to 2098"):
        Calendar(start, days)
    assert len(Calendar(date(2098, 12, 1), 31).working_days()) > 20


def test_a_time_has_its_days_factor():
    calendar = Calendar(date(2026, 11, 23), 14)  # a Monday
    saturday = np.array([5 * DAY, 5.99 * DAY])
    assert calendar.factor_at(saturday, "research").tolist() == [0.55, 0.55]


def test_working_days_skip_weekends_and_holidays():
    calendar = Calendar(date(2026, 9, 28), 14)  # Monday; National Day Thursday to Wednesday
    assert calendar.working_days().tolist() == [0, 1, 2, 10, 11]
    free = Calendar(date(2026, 9, 28), 14, CalendarSettings(public_holidays=False))
    assert len(free.working_days()) == 10


def test_office_time_stops_at_night_and_over_the_weekend():
    calendar = Calendar(date(2026, 11, 23), 14)  # a Monday
    start = np.array([9 * HOUR, 16 * HOUR, 4 * DAY + 16 * HOUR, 5 * DAY, 3 * HOUR])
    end = calendar.office_end(start, np.full(5, 2 * HOUR), opens_h=8, closes_h=17)
    assert (end / HOUR).tolist() == [11, 24 + 9, 7 * 24 + 9, 7 * 24 + 10, 10]
    always = calendar.office_end(
        start, np.full(5, 2 * HOUR), opens_h=8, closes_h=17, every_day=True
    )
    assert (always[2:4] / HOUR).tolist() == [5 * 24 + 9, 5 * 24 + 10]


@given(
    start=st.lists(st.floats(0, 60 * DAY), min_size=1, max_size=5),
    work=st.floats(0, 13 * DAY),
)
def test_office_time_adds_up(start, work):
    calendar = Calendar(date(2026, 1, 1), 90)
    starts = np.array(start)
    end = calendar.office_end(starts, np.full(len(starts), work), opens_h=8.5, closes_h=17.5)
    grid = np.arange(0, 140 * DAY, 600.0)
    is_open = calendar.is_working(calendar.day_of(grid))
    is_open &= (calendar.second_of_day(grid) >= 8.5 * HOUR) & (
        calendar.second_of_day(grid) < 17.5 * HOUR
    )
    for begin, finish in zip(starts, end, strict=True):
        slots = is_open[(grid >= begin) & (grid < finish)].sum()
        assert abs(slots * 600.0 - work) <= 1200.0


def test_a_surge_multiplies_its_days():
    times = np.array([0.0, 10 * DAY, 51.9 * DAY, 52 * DAY])
    assert surge_factors((Surge(start_day=10, factor=3),), times).tolist() == [1, 3, 3, 1]


def test_a_section_given_in_part_keeps_its_other_defaults():
    settings = CalendarSettings.model_validate({"research": {"sunday": 0.1}})
    assert settings.research.sunday == 0.1
    assert settings.research.saturday == 0.55


def test_marks_tell_source_and_unit():
    class Toy(Settings):
        watts: float = quantity(3.0, "draw", unit="W", source="A", span=(1, 5))

    (mark,) = marks(Toy())
    assert (mark.path, mark.value, mark.unit, mark.source, mark.span) == (
        "watts", 3.0, "W", "A", (1, 5),
    )  # fmt: skip


def test_holiday_kinds_do_not_overlap():
    calendar = Calendar(date(2026, 1, 1), 365)
    kinds, counts = np.unique(calendar.holiday(np.arange(365)), return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == {
        Holiday.NONE: 365 - 8 - 7 - 5 - 10,
        Holiday.SPRING_FESTIVAL: 8,
        Holiday.NATIONAL_DAY: 7,
        Holiday.LABOUR_DAY: 5,
        Holiday.SHORT: 10,
    }


@pytest.mark.parametrize(
    ("left", "per_day", "said"),
    [
        (10, 4, "2027-04-05"),  # two days and a half after 2 April, midday
        (0, 4, "2027-04-02"),
        (-3, 0, "2027-04-02"),
        (10, 0, "never"),
        (10, -1, "never"),
        (36_524, 1, "2127-04-02"),
        (36_526, 1, "never"),
    ],
)
def test_the_date_on_which_something_is_used_up(left, per_day, said):
    calendar = Calendar(date(2027, 4, 1), 90)
    assert calendar.date_used_up(1.5 * DAY, left, per_day) == said
