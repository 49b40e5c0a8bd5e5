"""The parts of the pages that compute something: words, packing, windows, figures found."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from hpcsim import words
from hpcsim.report import figures
from hpcsim.report.figures import gantt, waits
from hpcsim.report.packing import pack
from hpcsim.report.plot import board_style, data_uri, log_numbers
from hpcsim.report.view import View


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.25, "under 1 s"),
        (6.125, "6.1 s"),
        (90, "90 s"),
        (600, "10 min"),
        (9000, "2.5 h"),
        (86400, "24 h"),
        (200_000, "2.3 d"),
        (1e8, "1,157 d"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_durations_in_their_natural_unit(seconds: float | None, text: str) -> None:
    assert words.duration(seconds) == text


def test_ticks_shares_and_numbers() -> None:
    assert [words.tick(s) for s in (1, 60, 21600, 86400, 604800, 31536000)] == [
        "1 s", "1 min", "6 h", "1 d", "1 week", "1 year",
    ]  # fmt: skip
    assert words.share(0.6864) == "68.6 %"
    assert words.count(28481) == "28,481"
    assert [words.number(x) for x in (1, 1.234, 92.5765, 7043.2, 0.001)] == [
        "1", "1.23", "92.6", "7,043", "0.001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "low", "high", "text"),
    [
        ("p95_wait_s", 12_600, 12_960, "3.5 to 3.6 h"),
        ("p95_wait_s[class=clinical]", 12_600, 12_640, "3.50 to 3.51 h"),
        ("mean_wait_s", 86, 126, "86 s to 2.1 min"),
        ("mean_wait_s", 0.2, 90.5, "under 1 s to 90 s"),
        ("mean_wait_s", 0.2, 0.3, "0.20 to 0.30 s"),
        ("mean_wait_s", 60, 60, "60 to 60 s"),
        ("utilization", 0.694, 0.698, "69.4 to 69.8 %"),
        ("storage.fill", 0.46901, 0.46904, "46.901 to 46.904 %"),
        ("jobs", 2_273_805, 2_321_871, "2,273,805 to 2,321,871"),
        ("records.messages_per_s", 264.2, 264.4, "264.2 to 264.4"),
        ("mean_wait_s", None, 3.0, "–"),
        ("mean_wait_s", math.nan, 3.0, "–"),
    ],
)
def test_ends_of_an_interval_share_their_unit_and_differ(
    name: str, low: float | None, high: float | None, text: str
) -> None:
    assert words.between(name, low, high) == text


def test_what_both_ends_of_a_span_have_is_said_once() -> None:
    assert words.span("2027-06-12", "after 2028-03-26") == "2027-06-12 to after 2028-03-26"
    assert words.span("never", "never") == "never"
    ends = ("2037-12-25 (extrapolated)", "2039-04-01 (extrapolated)")
    assert words.span(*ends) == "2037-12-25 to 2039-04-01 (extrapolated)"
    assert words.span("2027-06-12", ends[1]) == "2027-06-12 to 2039-04-01 (extrapolated)"
    assert words.span(ends[0], "never") == "2037-12-25 (extrapolated) to never"


def test_jobs_lie_on_the_lowest_cores_that_hold_them() -> None:
    jobs = [(0, 10, 2), (0, 4, 1), (0, 10, 1), (4, 9, 1), (5, 9, 2)]
    assert pack(jobs, 6) == [[(0, 2)], [(2, 3)], [(3, 4)], [(2, 3)], [(4, 6)]]


def test_a_job_is_parted_only_where_it_must_be() -> None:
    assert pack([(0, 1, 1), (0, 9, 1), (0, 1, 1), (1, 9, 2)], 3)[3] == [(0, 1), (2, 3)]


def test_more_than_there_is_gets_what_is_left() -> None:
    assert pack([(0, 9, 2), (0, 9, 5), (0, 9, 1)], 4) == [[(0, 2)], [(2, 4)], []]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(1, 4)), max_size=25))
def test_no_core_is_drawn_twice(jobs: list[tuple[int, int, int]]) -> None:
    rows = sorted((start, start + length, cores) for start, length, cores in jobs)
    places = pack(rows, 10)
    for now in range(30):
        held = [
            core
            for (start, end, _), stretches in zip(rows, places, strict=True)
            if start <= now < end
            for low, high in stretches
            for core in range(low, high)
        ]
        assert len(held) == len(set(held))
        assert all(0 <= core < 10 for core in held)
        asked = sum(cores for start, end, cores in rows if start <= now < end)
        if all(sum(c for s, e, c in rows if s <= t < e) <= 10 for t in range(now + 1)):
            assert len(held) == asked


def test_the_figures_are_found_by_their_folder() -> None:
    files = {path.stem for path in Path(figures.__file__).parent.glob("*.py")} - {"__init__"}
    assert len(figures.plots()) == len(files)
    orders = [plot.order for plot in figures.plots()]
    assert orders == sorted(set(orders))


def test_the_gantt_chart_shows_the_busiest_day(run_at: Any) -> None:
    day = 86400
    rows = [(d * day, d * day, (d + 1) * day, 8 if d == 3 else 2, "a") for d in range(6)]
    seen = gantt._busiest(View.of(run_at(rows=rows)))
    assert seen is not None
    assert abs(seen.begin_s - 3 * day) <= day / 8
    assert 3 in seen.jobs.tolist()


def test_the_gantt_chart_paints_a_job_where_it_runs(run_at: Any) -> None:
    view = View.of(run_at(rows=[(0, 0, 100, 4, "a"), (0, 50, 100, 4, "a")]))
    seen = gantt._busiest(view)
    assert seen is not None
    image = gantt._paint(view, seen)
    height, width, _ = image.shape
    idle = (image == 255).all(axis=2)
    assert not idle[: height // 2].any()
    assert idle[height // 2 :, : width // 2].all()
    assert not idle[height // 2 :, width // 2 :].any()


def test_the_curve_of_waits_is_the_share_that_waits_longer(run_at: Any) -> None:
    rows = [(0, wait, wait + 1, 1, "a") for wait in (0, 0, 10, 1000)]
    with board_style():
        figure = waits.draw(View.of(run_at(rows=rows)))
    assert figure is not None
    line = figure.axes[0].lines[0]
    assert np.asarray(line.get_xdata()).tolist() == [1.0, 10.0, 1000.0]
    assert np.asarray(line.get_ydata()).tolist() == [0.5, 0.5, 0.25]
    assert line.get_label() == "simulated (50.0 % start at once)"


def test_drawing_leaves_the_users_matplotlib_alone(run_at: Any) -> None:
    with matplotlib.rc_context({"lines.linewidth": 7.0}):
        before = dict(matplotlib.rcParams)
        with board_style():
            figure = waits.draw(View.of(run_at()))
            assert figure is not None
            assert data_uri(figure).startswith("data:image/svg+xml;base64,")
        assert dict(matplotlib.rcParams) == before


def test_a_legend_is_what_the_font_can_write(run_at: Any) -> None:
    assert View.of(run_at(policy="南京 easy\n")).legend == "?? easy?"
    assert len(View.of(run_at(policy="x" * 500)).legend) == 43


def test_of_full_days_the_one_with_most_starts_is_shown(run_at: Any) -> None:
    day = 86400
    rows = [(d * day, d * day, (d + 1) * day, 8, "a") for d in range(6) if d != 4]
    rows += [(4 * day, 4 * day + h * 3600, 4 * day + (h + 1) * 3600, 8, "a") for h in range(24)]
    seen = gantt._busiest(View.of(run_at(rows=rows)))
    assert seen is not None
    assert abs(seen.begin_s - 4 * day) <= day / 8


@pytest.mark.parametrize(("low", "high"), [(0.85, 4), (0.5, 20), (1, 1e6)])
def test_marks_of_a_logarithmic_axis_are_plain_numbers(low: float, high: float) -> None:
    with board_style():
        axes = Figure().subplots()
        axes.set_yscale("log")
        log_numbers(axes.yaxis, lambda value: f"{value:,.10g}")
        axes.set_ylim(low, high)
        axes.figure.draw_without_rendering()
        marks = [each.get_text() for each in axes.get_yticklabels(which="both")]
    assert "1" in marks
    assert not set("".join(marks)) - set("0123456789.,")
    assert 2 < sum(map(bool, marks)) < 12
