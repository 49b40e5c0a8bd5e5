"""Each metric on arrays small enough to check by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.errors import InputError
from hpcsim.metrics.distribution import described, quantile
from hpcsim.metrics.fairness import fairness_figures, jain_index, means_by
from hpcsim.metrics.loss_of_capacity import loss_of_capacity
from hpcsim.metrics.recorded import recorded_figures
from hpcsim.metrics.slowdown import bounded_slowdown, slowdown_figures
from hpcsim.metrics.throughput import makespan_s, throughput_jobs_per_day
from hpcsim.metrics.trim import Window, inside, window
from hpcsim.metrics.utilization import used_core_s, utilization

NAN = float("nan")


def a(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_bounded_slowdown_by_hand() -> None:
    #        long job   short job: tau rules   no wait   no length, waited a minute   under tau
    wait = a(100.0, 90.0, 0.0, 60.0, 3.0)
    run = a(100.0, 1.0, 500.0, 0.0, 2.0)
    assert bounded_slowdown(wait, run).tolist() == [2.0, 9.1, 1.0, 6.0, 1.0]
    assert bounded_slowdown(wait, run, tau_s=1.0).tolist() == [2.0, 91.0, 1.0, 60.0, 2.5]


def test_slowdown_figures() -> None:
    assert slowdown_figures(a(1.0, 1.0, 4.0)) == {
        "mean_bounded_slowdown": 2.0,
        "median_bounded_slowdown": 1.0,
        "p95_bounded_slowdown": pytest.approx(3.7),
    }


def test_quantiles_interpolate() -> None:
    ordered = a(0.0, 10.0, 20.0, 30.0)
    assert [quantile(ordered, p) for p in (0.0, 0.5, 0.9, 1.0)] == [0.0, 15.0, 27.0, 30.0]
    assert math.isnan(quantile(a(), 0.5))


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30),
    st.sampled_from([0.0, 0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_quantiles_agree_with_numpy(values: list[float], share: float) -> None:
    ordered = np.sort(np.array(values))
    assert quantile(ordered, share) == pytest.approx(
        float(np.quantile(ordered, share)), rel=1e-9, abs=1e-6
    )


def test_described_names_its_figures() -> None:
    assert described(a(1.0, 3.0), "wait_s") == {
        "mean_wait_s": 2.0,
        "median_wait_s": 2.0,
        "p90_wait_s": 2.8,
        "p95_wait_s": 2.9,
        "p99_wait_s": 2.98,
        "max_wait_s": 3.0,
    }


def test_utilization_counts_what_lies_between_the_moments() -> None:
    # 4 cores for 10 s, 2 cores for ever, a job that never started
    start, end, cores = a(0.0, 5.0, NAN), a(10.0, NAN, NAN), a(4.0, 2.0, 8.0)
    assert used_core_s(start, end, cores, 0.0, 20.0) == 40.0 + 30.0
    assert used_core_s(start, end, cores, 8.0, 12.0) == 8.0 + 8.0
    assert utilization(start, end, cores, 10, 0.0, 20.0) == 0.35
    assert math.isnan(utilization(start, end, cores, 10, 5.0, 5.0))


def test_loss_of_capacity_is_a_share_of_the_machine() -> None:
    assert loss_of_capacity(50.0, 10, 0.0, 20.0) == 0.25
    assert math.isnan(loss_of_capacity(0.0, 10, 3.0, 3.0))


def test_makespan_and_throughput() -> None:
    end = a(86400.0, 43200.0, NAN)
    assert makespan_s(a(0.0, 10.0, 20.0), end) == 86400.0
    assert throughput_jobs_per_day(end, 0.0, 86400.0) == 2.0
    assert throughput_jobs_per_day(end, 0.0, 43200.0) == 2.0
    assert math.isnan(makespan_s(a(0.0), a(NAN)))


def test_jain_index() -> None:
    assert jain_index(a(2.0, 2.0, 2.0)) == 1.0
    assert jain_index(a(1.0, 0.0, 0.0, 0.0)) == 0.25
    assert jain_index(a(1.0, 3.0)) == 0.8
    assert math.isnan(jain_index(a()))


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=20))
def test_jain_index_lies_between_one_nth_and_one(values: list[float]) -> None:
    index = jain_index(np.array(values))
    assert 1 / len(values) - 1e-12 <= index <= 1 + 1e-12


def test_fairness_is_over_users_means() -> None:
    user = np.array([0, 0, 2, 2])  # user 1 has no job that ended
    assert means_by(user, a(1.0, 3.0, 5.0, 7.0)).tolist() == [2.0, 6.0]
    assert fairness_figures(user, a(1.0, 3.0, 5.0, 7.0)) == {
        "users": 2.0,
        "jain_fairness": 0.8,
        "user_bounded_slowdown_std": 2.0,
        "user_bounded_slowdown_p10": pytest.approx(2.4),
        "user_bounded_slowdown_p90": pytest.approx(5.6),
        "user_bounded_slowdown_max": 6.0,
    }


def test_recorded_waits_count_only_where_known() -> None:
    figures = recorded_figures(
        wait_s=a(10.0, 20.0, 5.0, NAN),
        recorded_wait_s=a(30.0, 20.0, -1.0, 7.0),
        run_s=a(10.0, 20.0, 30.0, NAN),
        tau_s=10.0,
    )
    assert figures["recorded_jobs"] == 2
    assert figures["recorded_mean_wait_s"] == 25.0
    assert figures["recorded_max_wait_s"] == 30.0
    assert figures["recorded_mean_bounded_slowdown"] == 3.0
    assert figures["recorded_simulated_mean_wait_s"] == 15.0
    assert figures["recorded_mean_absolute_difference_s"] == 10.0
    assert figures["recorded_same_wait_share"] == 0.5


def test_the_window_leaves_out_both_ends() -> None:
    submit, end = a(100.0, 200.0, 300.0), a(150.0, 1000.0, NAN)
    assert window(submit, end, 0.0, 0.0) == Window(100.0, 1000.0)
    trimmed = window(submit, end, 100.0, 700.0)
    assert trimmed == Window(200.0, 300.0)
    assert inside(submit, trimmed).tolist() == [False, True, True]
    assert window(a(), a(), 0.0, 0.0) == Window(0.0, 0.0)


@pytest.mark.parametrize(("warmup", "cooldown"), [(901.0, 0.0), (500.0, 500.0), (-1.0, 0.0)])
def test_a_window_of_nothing_is_refused(warmup: float, cooldown: float) -> None:
    with pytest.raises(InputError, match="at most the run's 900 s"):
        window(a(100.0), a(1000.0), warmup, cooldown)
