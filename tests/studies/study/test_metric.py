"""What is asked of a run, as people write it and read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.errors import InputError
from hpcsim.studies.study.metric import Metric, Target, parse_target


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("p95_wait_s<18000", "p95_wait_s<5h"),
        ("p95_wait_s[class=clinical]<=5400", "p95_wait_s[class=clinical]<=1.5h"),
        ("mean_wait_s<45", "mean_wait_s<45"),
        ("mean_wait_s<3601", "mean_wait_s<3601"),
        ("sequencing.wgs_turnaround_p95_days<=12", "sequencing.wgs_turnaround_p95_days<=12d"),
        ("utilization<69%", "utilization<0.69"),
        ("records.nights_missed<=5", "records.nights_missed<=5"),
        ("records.messages_per_s>120", "records.messages_per_s>120"),
    ],
)
def test_a_target_is_said_in_the_unit_that_reads_best(written, said):
    assert parse_target(written).said == said


def test_a_rate_is_no_time():
    with pytest.raises(InputError, match="no such unit"):
        parse_target("records.messages_per_s>2min")


@given(st.floats(-1e7, 1e7), st.sampled_from(["mean_wait_s", "x_h", "x_days", "x_min", "fill"]))
def test_what_is_said_can_be_asked(value, name):
    target = Target(Metric(name), "<", float(f"{value:g}"))
    assert parse_target(target.said).value == pytest.approx(target.value)
