"""The Lublin-Feitelson model gives the moments of its authors' program."""

from __future__ import annotations

import numpy as np
import pytest

import workloads
from workloads.generators._demand import rows_for_work
from workloads.generators._lublin_model import (
    TYPES,
    bucket_weights,
    draw_gaps,
    draw_runtimes,
    draw_sizes,
    points_at,
    scaled,
    times_of,
)

DRAWS = 1_000_000

# mean size, median size, p90 size, serial share, mean run time, median, p90, node-hours a job:
# an independent implementation with 200,000 draws; its own means of run times scatter by
# 1 to 2.5 %, which is why the tolerance of those is wider.
MOMENTS = {
    "batch": (13.84, 4, 32, 0.294, 9473, 815, 27709, 45.2),
    "interactive": (8.04, 4, 22, 0.155, 234, 14, 179, 0.78),
    "single": (12.12, 4, 32, 0.245, 4318, 107, 14487, 23.5),
}
# exact mean of e^g for a gamma variate g cut at 13, by integration
MEAN_GAP_S = {"batch": 3516.9, "interactive": 619.3, "single": 911.3}
WEIGHTS = {
    "batch": "0.52 .44 .37 .30 .25 .40 .62 .86 1.09 1.30 1.47 1.59 1.65 1.66 1.63 1.56 1.47 1.35 "
    "1.23 1.10 .97 .84 .73 .62",
    "interactive": ".49 .39 .30 .23 .18 .15 .30 .53 .79 1.08 1.36 1.59 1.76 1.86 1.88 1.83 1.73 "
    "1.59 1.42 1.24 1.06 .90 .74 .60",
    "single": ".48 .39 .31 .24 .19 .20 .38 .62 .89 1.17 1.42 1.62 1.76 1.83 1.82 1.76 1.66 1.52 "
    "1.36 1.19 1.02 .87 .72 .59",
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments(name):
    rng = np.random.default_rng(2003)
    sizes = draw_sizes(TYPES[name], DRAWS, rng)
    runtimes = draw_runtimes(TYPES[name], sizes, rng)
    mean, median, p90, serial, run_mean, run_median, run_p90, node_hours = MOMENTS[name]
    assert sizes.mean() == pytest.approx(mean, rel=0.03)
    assert (np.median(sizes), np.percentile(sizes, 90)) == (median, p90)
    assert np.mean(sizes == 1) == pytest.approx(serial, rel=0.03)
    assert runtimes.mean() == pytest.approx(run_mean, rel=0.045)
    assert np.median(runtimes) == pytest.approx(run_median, rel=0.03)
    assert np.percentile(runtimes, 90) == pytest.approx(run_p90, rel=0.03)
    assert (sizes * runtimes).mean() / 3600 == pytest.approx(node_hours, rel=0.08)


@pytest.mark.parametrize("name", MEAN_GAP_S)
def test_mean_gap_between_arrivals(name):
    gaps = draw_gaps(TYPES[name], DRAWS, np.random.default_rng(7)) * 1800
    assert gaps.mean() == pytest.approx(MEAN_GAP_S[name], rel=0.03)


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_by_hour(name):
    by_hour = bucket_weights(TYPES[name]).reshape(24, 2).mean(axis=1)
    expected = [float(w) for w in WEIGHTS[name].split()]
    assert np.round(by_hour, 2).tolist() == expected


def test_times_are_the_inverse_of_points():
    weights = bucket_weights(TYPES["single"])
    for time_s in (0.0, 1000.0, 43_200.0, 86_400.0 * 3 + 5):
        points = np.array([points_at(time_s, weights)])
        assert times_of(points, weights)[0] == pytest.approx(time_s, abs=1e-6)


def test_scaling_to_128_nodes_gives_the_published_constants():
    assert scaled(TYPES["single"], 128) == TYPES["single"]
    big = scaled(TYPES["single"], 35_000)
    assert big.uhi == pytest.approx(np.log2(35_000))
    assert big.umed == pytest.approx(big.uhi - 2.5)


@pytest.mark.parametrize("cores", [1, 2, 7, 100, 35_000])
def test_no_job_is_larger_than_the_machine(cores):
    w = workloads.generate("lublin:jobs=5000", cores=cores, seed=3)
    assert w.cores.min() == 1
    assert w.cores.max() <= cores


@pytest.mark.parametrize("model", ["single", "batch", "interactive", "both"])
@pytest.mark.parametrize(("cores", "load"), [(100, 0.7), (35_000, 0.85), (4096, 1.1)])
def test_days_and_load_both_come_out(model, cores, load):
    w = workloads.generate(f"lublin:days=30,load={load},model={model}", cores=cores, seed=5)
    assert w.offered_load(cores) == pytest.approx(load, rel=0.005)
    assert w.span_s() == 30 * 86_400


def test_jobs_and_load_both_come_out():
    w = workloads.generate("lublin:jobs=20000,load=0.9", cores=128, seed=5)
    assert len(w) == 20_000
    assert w.offered_load(128) == pytest.approx(0.9, rel=0.005)


def test_the_day_has_its_cycle_at_any_load():
    w = workloads.generate("lublin:days=365,load=3", cores=128, seed=5)
    hours = np.bincount((w.submit_s % 86_400 // 3600).astype(int), minlength=24) / len(w) * 24
    expected = np.array([float(v) for v in WEIGHTS["single"].split()])
    assert np.abs(hours - expected).max() < 0.15


def test_batch_and_interactive_come_in_their_own_proportion():
    w = workloads.generate("lublin:jobs=50000,model=both", cores=128, seed=5)
    share = np.mean(w.queue == w.labels["queue"].index("interactive"))
    assert share == pytest.approx((1 / 619) / (1 / 619 + 1 / 3517), abs=0.02)


def test_the_rows_that_fill_a_target():
    assert rows_for_work(np.array([5.0, 5, 9, 3, 2, 7]), 12).tolist() == [0, 1, 4]
    assert rows_for_work(np.array([5.0, 5]), 12) is None
