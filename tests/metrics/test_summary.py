"""The figures of a whole table: by hand, and on published schedules."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim import metrics
from hpcsim.errors import InputError

# Machine of 4 cores, seconds
#     0    10   20   30   40
#  1  AAAAAAAAAA                3 cores, user 7
#  2    ......BBBBB             2 cores, user 7: waits 10, runs 10
#  3       ...CCCCCCCCCC        2 cores, user 8: waits 5, runs 20
ROWS = [(0, 0, 20, 3, 7), (10, 20, 30, 2, 7), (15, 20, 40, 2, 8)]


def test_three_jobs_by_hand(jobs_table: Any) -> None:
    figures = metrics.summarize(jobs_table(ROWS, backfilled=[False, False, True]), cores=4)
    assert figures == {
        "jobs": 3,
        "started_jobs": 3,
        "timeout_jobs": 0,
        "waiting_jobs": 0,
        "removed_jobs": 0,
        "backfilled_jobs": 1,
        "cores": 4,
        "mean_wait_s": 5.0,
        "median_wait_s": 5.0,
        "p90_wait_s": 9.0,
        "p95_wait_s": 9.5,
        "p99_wait_s": pytest.approx(9.9),
        "max_wait_s": 10.0,
        "mean_turnaround_s": pytest.approx(65 / 3),
        "median_turnaround_s": 20.0,
        "p90_turnaround_s": 24.0,
        "p95_turnaround_s": 24.5,
        "p99_turnaround_s": pytest.approx(24.9),
        "max_turnaround_s": 25.0,
        "mean_bounded_slowdown": pytest.approx((1 + 2 + 1.25) / 3),
        "median_bounded_slowdown": 1.25,
        "p95_bounded_slowdown": pytest.approx(1.925),
        "users": 2,
        "jain_fairness": pytest.approx(2.75**2 / (2 * (1.5**2 + 1.25**2))),
        "user_bounded_slowdown_std": 0.125,
        "user_bounded_slowdown_p10": pytest.approx(1.275),
        "user_bounded_slowdown_p90": pytest.approx(1.475),
        "user_bounded_slowdown_max": 1.5,
        "makespan_s": 40.0,
        "utilization": (60 + 20 + 40) / 160,
        "loss_of_capacity": 10 / 160,
        "throughput_jobs_per_day": 3 * 86400 / 40,
        "mean_queued_jobs": 15 / 40,
        "max_queued_jobs": 2,
        "mean_queued_cores": 30 / 40,
        "max_queued_cores": 4,
        "mean_queued_core_s": (10 * 20 + 5 * 40) / 40,
        "max_queued_core_s": 60.0,
        "tau_s": 10.0,
        "warmup_s": 0.0,
        "cooldown_s": 0.0,
    }


def test_a_warm_up_leaves_out_early_jobs_but_not_what_they_held(jobs_table: Any) -> None:
    figures = metrics.summarize(jobs_table(ROWS), cores=4, warmup_s=12.0, cooldown_s=8.0)
    assert figures["jobs"] == 1
    assert figures["mean_wait_s"] == 5.0
    # from 12 to 32: A still holds 3 cores for 8 s, B 2 for 10 s, C 2 for 12 s
    assert figures["utilization"] == (24 + 20 + 24) / 80
    with pytest.raises(InputError, match="leave nothing to measure"):
        metrics.summarize(jobs_table(ROWS), cores=4, warmup_s=41.0)


def test_jobs_that_never_ran(jobs_table: Any) -> None:
    table = jobs_table([(0, None, None, 1, 1), (0, 5, None, 1, 1)])
    figures = metrics.summarize(table, cores=1)
    assert (figures["jobs"], figures["started_jobs"]) == (2, 1)
    assert figures["mean_wait_s"] == 5.0
    assert figures["mean_turnaround_s"] is None
    assert figures["makespan_s"] is None
    json.dumps(figures, allow_nan=False)


def test_an_empty_table_says_none(jobs_table: Any) -> None:
    figures = metrics.summarize(jobs_table([]), cores=4)
    assert (figures["jobs"], figures["max_queued_jobs"]) == (0, 0)
    assert figures["mean_wait_s"] is None
    assert figures["utilization"] is None
    assert metrics.series(jobs_table([]), 4).num_rows == 0


_TIME = st.integers(0, 50)


@given(
    st.lists(st.tuples(_TIME, _TIME | st.none(), _TIME | st.none(), st.integers(1, 4)), max_size=9)
)
def test_figures_hold_together(
    jobs_table: Any, jobs: list[tuple[int, int | None, int | None, int]]
) -> None:
    rows = [
        (s, None if w is None else s + w, None if w is None or r is None else s + w + r, c, c)
        for s, w, r, c in jobs
    ]
    figures = metrics.summarize(jobs_table(rows), cores=64)
    json.dumps(figures, allow_nan=False)
    if figures["utilization"] is not None:
        assert 0 <= figures["utilization"] <= 1 - figures["loss_of_capacity"] + 1e-12
    if figures["mean_wait_s"] is not None:
        assert 0 <= figures["median_wait_s"] <= figures["p95_wait_s"] <= figures["max_wait_s"]
    for by in ("user", "size", "runtime"):
        groups = metrics.grouped(jobs_table(rows), by)
        assert sum(groups.column("jobs").to_pylist()) == figures["jobs"]
        assert sum(groups.column("started_jobs").to_pylist()) == figures["started_jobs"]


def test_users_may_have_names_and_recorded_waits(jobs_table: Any) -> None:
    table = jobs_table(ROWS, user=["ann", None, "bo"], recorded_wait_s=[0.0, 30.0, None])
    figures = metrics.summarize(table, cores=4)
    assert figures["users"] == 3
    assert (figures["recorded_jobs"], figures["recorded_mean_wait_s"]) == (2, 15.0)


def test_a_missing_column_is_named(jobs_table: Any) -> None:
    with pytest.raises(InputError, match="no column submit_s"):
        metrics.summarize(jobs_table(ROWS).drop_columns(["submit_s"]), cores=4)


def test_groups_by_user(jobs_table: Any) -> None:
    table = metrics.grouped(jobs_table(ROWS, state=["COMPLETED", "TIMEOUT", "COMPLETED"]), "user")
    rows = table.select(
        ["user", "jobs", "timeout_jobs", "core_h", "mean_wait_s", "median_wait_s", "max_wait_s"]
    ).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (7, 2, 1, 80 / 3600, 5.0, 5.0, 10.0),
        (8, 1, 0, 40 / 3600, 5.0, 5.0, 5.0),
    ]
    assert table.column("mean_bounded_slowdown").to_pylist() == [1.5, 1.25]
    assert table.column("p95_turnaround_s").to_pylist() == [20.0, 25.0]


def test_groups_by_size_end_with_a_power_of_two(jobs_table: Any) -> None:
    sizes = [1, 2, 3, 4, 5, 8, 9, 16, 17]
    table = metrics.grouped(jobs_table([(0, 0, 9, size, 1) for size in sizes]), "size")
    assert table.column("size").to_pylist() == ["1", "2", "3-4", "5-8", "9-16", "17-32"]
    assert table.column("jobs").to_pylist() == [1, 1, 2, 2, 2, 1]


def test_groups_by_runtime_heed_the_limit(jobs_table: Any) -> None:
    rows = [(0, 0, 59, 1, 1), (0, 0, 60, 1, 1), (0, 0, 7200, 1, 1), (0, None, None, 1, 1)]
    table = metrics.grouped(jobs_table(rows, limit_s=[None, None, 90.0, 1e6]), "runtime")
    assert table.column("runtime").to_pylist() == ["under 1 min", "1-10 min"]
    assert table.column("jobs").to_pylist() == [1, 3]
    assert table.column("started_jobs").to_pylist() == [1, 2]


def test_a_group_of_nothing_started_is_null(jobs_table: Any) -> None:
    table = metrics.grouped(jobs_table([(0, None, None, 1, 5)]), "user")
    assert table.column("mean_wait_s").to_pylist() == [None]
    assert table.column("core_h").to_pylist() == [0.0]


def test_grouping_by_an_unknown_column_names_the_nearest(jobs_table: Any) -> None:
    with pytest.raises(InputError, match="did you mean user"):
        metrics.grouped(jobs_table(ROWS), "usr")


def test_series_averages_exactly(jobs_table: Any) -> None:
    series = metrics.series(jobs_table(ROWS), 4, points=4)
    assert series.to_pydict() == {
        "time_s": [0.0, 10.0, 20.0, 30.0],
        "busy_cores": [3.0, 3.0, 4.0, 2.0],
        "queued_jobs": [0.0, 1.5, 0.0, 0.0],
        "queued_cores": [0.0, 3.0, 0.0, 0.0],
        "queued_core_s": [0.0, 40.0, 0.0, 0.0],
    }


def test_littles_law(jobs_table: Any) -> None:
    generator = np.random.default_rng(1)
    submit = np.sort(generator.uniform(0, 1000, 500))
    start = submit + generator.exponential(30, 500)
    rows = [(s, b, b + 5.0, 1, 1) for s, b in zip(submit, start, strict=True)]
    figures = metrics.summarize(jobs_table(rows), cores=10_000)
    arrivals_per_s = 500 / figures["makespan_s"]
    assert figures["mean_queued_jobs"] == pytest.approx(arrivals_per_s * figures["mean_wait_s"])


@pytest.mark.parametrize(
    ("trace", "count", "slowdown", "wait"),
    [("KTH-SP2", 28481, 92.5765, 6836.872), ("SDSC-SP2", 54006, 87.8703, 20497.761)],
)
def test_published_schedules_have_their_published_figures(
    data: Path, trace: str, count: int, slowdown: float, wait: float
) -> None:
    with gzip.open(data / f"expected/pyss/{trace}.easy.swf.gz", "rt") as lines:
        rows = np.array([line.split() for line in lines if line[0] != ";"], dtype=np.float64)
    submit, waited, run, cores = rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4]
    table = pa.table(
        {
            "submit_s": submit,
            "start_s": submit + waited,
            "end_s": submit + waited + run,
            "cores": cores.astype(np.int32),
            "limit_s": run,
            "runtime_s": run,
            "state": pa.array(["COMPLETED"] * len(rows)),
            "user": rows[:, 11].astype(np.int32),
            "backfilled": rows[:, 15] == 1,
        }
    )
    figures = metrics.summarize(table, cores=int(cores.max()))
    assert figures["started_jobs"] == count
    assert round(figures["mean_bounded_slowdown"], 4) == slowdown
    assert round(figures["mean_wait_s"], 3) == wait
    by_user = metrics.grouped(table, "user")
    assert sum(by_user.column("jobs").to_pylist()) == count


def test_every_figure_is_defined_in_the_documentation(jobs_table: Any) -> None:
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    figures = metrics.summarize(jobs_table(ROWS, recorded_wait_s=[0.0, 1.0, 2.0]), cores=4)
    assert [name for name in figures if f"`{name}`" not in text] == []
