"""Curves: known laws are found again, and what the data cannot carry is refused or widened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpcsim.calibration.estimate import Estimate, exactly, total, within
from hpcsim.calibration.fits import collective, growth, message_times, scaling
from hpcsim.calibration.fits.hockney import time_of
from hpcsim.calibration.fits.resample import Point
from hpcsim.calibration.fits.scaling import speedup


def around(x, seconds, noise=0.005, repeats=7, seed=0):
    rng = np.random.default_rng([seed, int(x)])
    return Point(x, tuple(seconds * np.exp(noise * rng.standard_normal(repeats))))


def test_amdahl_is_found_again():
    points = [around(p, 0.1 + 0.9 / p) for p in (1, 2, 4, 8)]
    fit = scaling(points, "ten percent serial")
    share = fit.parameters["serial_share"]
    assert fit.status == "ok"
    assert share.low <= 0.1 <= share.high
    assert share.value == pytest.approx(0.1, rel=0.1)
    assert speedup(fit, 8) == pytest.approx(1 / (0.1 + 0.9 / 8), rel=0.03)


def test_universal_law_sees_a_curve_that_turns_down():
    def seconds(p):
        return (1 + 0.05 * (p - 1) + 0.01 * p * (p - 1)) / p

    points = [around(p, seconds(p), noise=0.002) for p in (1, 2, 4, 8, 16, 32)]
    fit = scaling(points, "thrashes")
    assert fit.model == "universal"
    assert fit.parameters["coherence"].low <= 0.01 <= fit.parameters["coherence"].high
    assert speedup(fit, 32) < speedup(fit, 10)


def test_two_widths_are_widened_and_say_why():
    fit = scaling([around(1, 1.0), around(2, 0.6)], "two")
    share = fit.parameters["serial_share"]
    assert (fit.status, share.high / share.low > 5) == ("widened", True)
    assert "two widths" in fit.reason


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([around(1, 1.0)], "one width"),
        ([around(p, 1.0, noise=0.2, seed=3) for p in (1, 2, 4, 8)], "noise"),
        ([Point(p, (1.0, 1.0, 1.0)) for p in (1, 2, 4)], "constant"),
        ([around(p, 1.0 + p) for p in (1, 2, 4, 8)], "not their law"),
    ],
)
def test_scaling_that_cannot_be_told_is_refused(points, said):
    fit = scaling(points, "x")
    assert (fit.status, fit.parameters) == ("refused", {})
    assert said in fit.reason


def test_messages_are_fitted_in_two_pieces_where_rendezvous_begins():
    sizes = [2**k for k in range(3, 23)]
    points = [around(n, 1e-6 + n / 5e9 if n < 16_384 else 6e-6 + n / 12e9) for n in sizes]
    fit = message_times(points, "eager and rendezvous")
    assert fit.model == "hockney, 2 pieces"
    assert fit.parameters["latency_1"].value == pytest.approx(1e-6, rel=0.05)
    assert fit.parameters["bandwidth_2"].value == pytest.approx(12e9, rel=0.05)
    edge = fit.parameters["from_bytes_2"]
    assert edge.low <= 16_384 <= edge.high
    one_line = np.polyfit([p.x for p in points], [p.middle for p in points], 1)
    assert abs(np.polyval(one_line, 8) / 1e-6 - 1) > 0.3 > abs(time_of(fit, 8) / 1e-6 - 1)


def test_one_line_stays_one_piece():
    points = [around(2**k, 2e-6 + 2**k / 1e10) for k in range(3, 22)]
    assert message_times(points, "one line").model == "hockney, 1 pieces"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_message_sizes_are_refused(count):
    points = [around(8 * 8**k, 1e-6 * (k + 1)) for k in range(count)]
    assert message_times(points, "few").status == "refused"


def test_collective_names_its_algorithm_only_where_ranks_tell():
    sizes = [8, 1024, 65_536, 1_048_576, 4_194_304]
    message = message_times([around(2**k, 1e-6 + 2**k / 1e10) for k in range(3, 23)], "wire")
    ring = [around(n, 1.1 * 2 * 15 * (1e-6 + n / 16 / 1e10)) for n in sizes]
    many = collective(ring, "allreduce", 16, message)
    assert (many.model, many.status) == ("allreduce: ring", "ok")
    assert many.parameters["factor"].value == pytest.approx(1.1, rel=0.05)
    two = collective([around(n, 1e-6 + n / 1e10) for n in sizes], "allreduce", 2, message)
    assert two.status == "widened"


def test_growth_holds_a_larger_size_and_widens_with_distance():
    points = [around(w, 1e-3 + 2e-6 * w) for w in (1e3, 2e3, 4e3, 8e3)]
    grown = growth(points, "linear")
    near, far = grown.predict(16e3), grown.predict(512e3)
    assert near.low <= 1e-3 + 2e-6 * 16e3 <= near.high
    assert far.low <= 1e-3 + 2e-6 * 512e3 <= far.high
    assert far.spread > 2 * near.spread
    assert "doublings" in far.note


def test_two_percent_of_noise_does_not_become_a_factor_at_a_thousand_times_the_size():
    inside = []
    for seed in range(20):
        points = [around(w, 1e-3 + 2e-6 * w, noise=0.02, seed=seed) for w in (2e3, 4e3, 8e3, 16e3)]
        told = growth(points, "noisy").predict(16e6)
        assert told.value == pytest.approx(32.0, rel=0.15)
        inside.append(told.low <= 32.0 <= told.high)
    assert np.mean(inside) >= 0.9


def test_growth_of_two_sizes_predicts_nothing():
    assert growth([around(1, 1.0), around(2, 2.0)], "two").predict(4) is None


@settings(max_examples=12)
@given(st.integers(0, 2**31), st.floats(0.001, 0.03))
def test_a_fitted_interval_is_never_empty_and_holds_its_value(seed, noise):
    points = [around(p, 0.05 + 0.95 / p, noise, seed=seed) for p in (1, 2, 4, 8)]
    fit = scaling(points, "any")
    for each in fit.parameters.values():
        assert 0 < each.low <= each.value <= each.high


def test_estimates_multiply_and_add_as_independent_errors():
    one, two = within(2.0, 0.1), within(3.0, 0.1)
    product, together = one.times(two), total([one, two])
    assert product.value == 6.0
    assert one.sigma < product.sigma < 2 * one.sigma
    assert together.value == 5.0
    assert together.sigma < one.sigma
    assert one.times(exactly(1.0)).high == pytest.approx(one.high)


def test_a_drawn_estimate_falls_into_its_interval_nine_times_in_ten():
    found = within(5.0, 0.2)
    rng = np.random.default_rng(1)
    drawn = np.array([found.drawn(rng).value for _ in range(4000)])
    share = np.mean((found.low <= drawn) & (drawn <= found.high))
    assert share == pytest.approx(0.9, abs=0.02)


def test_an_interval_that_misses_its_value_is_refused():
    with pytest.raises(ValueError, match="misses"):
        Estimate(value=1.0, low=2.0, high=3.0)
