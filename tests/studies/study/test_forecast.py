"""Break dates of courses that can be drawn by hand, and growth that a history is known to have."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from hpcsim.errors import InputError
from hpcsim.studies.forecast.breaks import broken, fill_days, target_days
from hpcsim.studies.forecast.forecast import quarter_points
from hpcsim.studies.forecast.growth import fitted, fitted_by, parse_growths
from hpcsim.studies.study.metric import parse_target
from hpcsim.studies.subject.centre import Centre
from hpcsim.studies.subject.resample import resampled
from hpcsim.units import WEEK_S
from workloads.workload import Workload

EDGES = (0.0, 90.0, 180.0, 270.0)
START = date(2027, 1, 1)


def test_a_target_breaks_where_the_line_crosses_it():
    """Middles lie on days 45, 135, 225: from 1 to 3, the target 2 is crossed on day 90."""
    values = np.array([[1.0, 3.0, 5.0], [1.0, 1.5, 1.9], [2.5, 3.0, 3.0]])
    assert target_days(parse_target("w<2"), values, EDGES).tolist() == [90.0, math.inf, 0.0]


def test_a_store_is_full_within_a_quarter_or_goes_on():
    """6 of 10 PB, 2 a quarter: full at the end of the second; 1 a quarter: on day 360."""
    added = np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert fill_days(6.0, added, 10.0, EDGES).tolist() == [180.0, 360.0, math.inf]


def test_the_interval_is_that_of_the_futures():
    found = broken("w", np.arange(100.0), START, 270.0)
    assert (found.day, found.low, found.high, found.share) == (50.0, 2.0, 97.0, 1.0)
    assert found.sentence == (
        "w breaks on 2027-02-20 (95 % of the futures between 2027-01-03 and 2027-04-08)."
    )
    never = broken("w", np.full(9, np.inf), START, 270.0)
    assert never.sentence == "w holds until 2027-09-28 in every future."
    later = broken("room", np.full(9, 300.0), START, 270.0, goes_on=True)
    assert later.said(later.day) == "2027-10-28 (extrapolated)"


def test_quarters_follow_one_another_and_grow():
    points = quarter_points(Centre.of("nanjing-quarter"), parse_growths(["research=1.44"])[0], 2)
    assert [p["start"] for p in points] == ["2027-04-01", "2027-06-30"]
    grown = [p["demand.research.scale"] for p in points]
    assert grown[0] == pytest.approx(1.44 ** (45 / 365.25))
    assert grown[1] == pytest.approx(1.44 ** (135 / 365.25))


def test_growths_side_by_side():
    low, high = parse_growths(["research=1.1,1.5", "sequencing=1.2"])
    assert low.by_path == {"demand.research.scale": 1.1, "demand.sequencing.scale": 1.2}
    assert high.label == "research x 1.5 a year, sequencing x 1.2 a year"
    for texts, tells in (
        (["reserch=1.2"], "did you mean research"),
        (["research=x"], "factors a year"),
        (["research=1,2", "records=1,2,3"], "lists of several lengths"),
    ):
        with pytest.raises(InputError, match=tells):
            parse_growths(texts)


def history(weeks=52, per_year=1.5, users=4):
    """Weeks of equal jobs, ever more of them, from a few users who keep their hour."""
    submit, user = [], []
    for week in range(weeks):
        for job in range(round(100 * per_year ** (week / 52.18))):
            submit.append(week * WEEK_S + 3600.0 * (job % users) + job)
            user.append(job % users)
    columns = {"submit_s": submit, "runtime_s": np.full(len(submit), 600.0), "user": user}
    return Workload.of(columns | {"cores": np.ones(len(submit), int), "queue": user})


def test_growth_is_found_in_a_history():
    found = fitted(history())
    assert found.low < 1.5 < found.high and found.per_year == pytest.approx(1.5, rel=0.02)
    assert len(fitted_by(history(), "queue")) == 4
    with pytest.raises(InputError, match="at least 8 weeks"):
        fitted(history(weeks=4))


@pytest.mark.parametrize("way", ["users", "weeks"])
def test_resampled_traces_keep_hours_and_length(way):
    trace = history(weeks=6)
    found = resampled(trace, way, 3)
    assert found.equals(resampled(trace, way, 3))
    assert not found.equals(resampled(trace, way, 4))
    assert found.submit_s.max() - found.submit_s.min() < 6 * WEEK_S
    assert set(np.unique((found.submit_s // 3600) % 24)) <= {0.0, 1.0, 2.0, 3.0}
    if way == "users":
        assert len(np.unique(found.user)) == 4  # drawn twice is two people
