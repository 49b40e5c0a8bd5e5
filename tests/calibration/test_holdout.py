"""Sizes left out and predicted from the smaller ones: anchored, and wider where a cache ends."""

from __future__ import annotations

import pytest

from hpcsim.calibration.holdout import held_out, share_inside

from .made_up import KIB, MIB, measured


def swept(bench, seconds, held=lambda work: 16 * KIB, kernel="nbody", count=5):
    """What was held of sizes that double: `seconds` and bytes `held` are functions of the work."""
    results = tuple(
        measured(kernel, seconds(work), flops=work, held=held(work), parameters={"n": work})
        for work in (10**6 * 2**k for k in range(count))
    )
    return held_out(type(bench)(results, bench.fingerprint, (), "sweep", ""))


def test_the_largest_size_measured_is_where_a_prediction_starts(bench):
    # A program that slows by 5 % a doubling lies off every line, yet near the size before it.
    found = swept(bench, lambda work: work / 5e10 * work**0.07)
    assert all(abs(each.error) < 0.05 for each in found)
    assert share_inside(found) == 1.0


def test_a_level_not_seen_before_may_be_slower_and_never_faster(bench):
    at_home = swept(bench, lambda work: work / 5e10, count=4)
    leaves = swept(bench, lambda work: work / 5e10, lambda w: 16 * KIB if w < 8e6 else MIB, count=4)
    (home,), (away,) = at_home, leaves
    assert away.note == "leaves L1 for L2"
    assert away.predicted.low == pytest.approx(home.predicted.low)
    assert away.predicted.high > 1.5 * home.predicted.high


def test_a_kernel_that_stays_in_its_cache_may_not_slow_by_half(bench):
    found = swept(bench, lambda work: work / 5e10 * (1.5 if work > 7e6 else 1.0), count=4)
    assert share_inside(found) == 0.0
