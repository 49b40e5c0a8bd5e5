"""Specs of generators, estimates and users."""

from __future__ import annotations

import numpy as np
import pytest

import workloads
from workloads.errors import InputError
from workloads.generation import known_generators
from workloads.generators._estimates import MAXIMUM_S, POPULAR_S, modal_estimates
from workloads.generators._people import zipf_users

SPECS = ("lublin:days=2,load=0.7", "poisson:jobs=500", "uniform:jobs=500")


def test_every_generator_is_found():
    assert {spec.partition(":")[0] for spec in SPECS} == set(known_generators())
    assert workloads.is_generator("lublin")
    assert workloads.is_generator("lublin:days=3")
    assert not workloads.is_generator("lublin.swf")


@pytest.mark.parametrize("spec", SPECS)
def test_same_seed_same_bytes_other_seed_other_jobs(spec):
    first = workloads.generate(spec, cores=500, seed=1)
    again = workloads.generate(spec, cores=500, seed=1)
    other = workloads.generate(spec, cores=500, seed=2)
    assert first.equals(again)
    assert not np.array_equal(first.runtime_s, other.runtime_s)


@pytest.mark.parametrize("spec", SPECS)
def test_every_generated_job_fits_and_is_covered_by_its_limit(spec):
    w = workloads.generate(spec, cores=64, seed=1)
    assert not len(w.oversized(64))
    assert (w.limit_s >= w.runtime_s).all()
    assert w.machine_cores == 64


def test_what_the_spec_says_counts_before_the_arguments():
    w = workloads.generate("poisson:jobs=1e3,cores=5,seed=9", cores=7, seed=1)
    assert (len(w), w.machine_cores) == (1000, 5)
    assert w.equals(workloads.generate("poisson:jobs=1000", cores=5, seed=9))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("lublinn:days=3", "did you mean lublin"),
        ("lublin:dayz=3", "did you mean days"),
        ("lublin:days=many", "days cannot be read"),
        ("lublin:jobs=2.5", "whole number"),
        ("lublin:jobs=1e99", "out of range"),
        ("lublin:days=nan", "days cannot be read"),
        ("lublin:days", "key=value"),
        ("lublin:days=-3", "days is out of range"),
        ("lublin:cores=0", "cores is out of range"),
        ("lublin:model=batsh", "did you mean batch"),
        ("lublin:days=1,jobs=5,load=1", "leave one of them out"),
        ("lublin:seed=-1", "not negative"),
        ("uniform:sizes=16-1", "sizes do not fit"),
        ("uniform:sizes=a-b", "such as 1-16"),
    ],
)
def test_a_wrong_spec_says_what_would_be_right(spec, said):
    with pytest.raises(InputError, match=said):
        workloads.generate(spec)


def test_all_mistakes_of_a_spec_at_once():
    with pytest.raises(InputError) as caught:
        workloads.generate("lublin:dayz=3,load=x")
    assert len(caught.value.problems) == 2


def test_poisson_is_poisson():
    w = workloads.generate("poisson:jobs=100000,servers=10,load=0.8,runtime=100", seed=4)
    gaps = np.diff(w.submit_s)
    for sample, mean in ((gaps, 100 / 8), (w.runtime_s, 100)):
        assert sample.mean() == pytest.approx(mean, rel=0.02)
        assert sample.std() == pytest.approx(mean, rel=0.02)
    assert np.isinf(w.limit_s).all()
    assert set(w.cores) == {1}


def test_uniform_sizes_and_load():
    w = workloads.generate("uniform:jobs=50000,sizes=1-16,load=0.9", cores=1000, seed=4)
    assert w.offered_load(1000) == pytest.approx(0.9)
    assert np.bincount(w.cores)[1:].min() > 50_000 / 16 * 0.9
    assert w.cores.max() == 16


def test_twenty_estimates_cover_ninety_jobs_in_a_hundred():
    rng = np.random.default_rng(5)
    runtimes = rng.lognormal(np.log(1800), 1.5, 200_000).clip(1, MAXIMUM_S)
    estimates = modal_estimates(runtimes, rng)
    values, counts = np.unique(estimates, return_counts=True)
    assert np.sort(counts)[-20:].sum() / counts.sum() == pytest.approx(0.9, abs=0.02)
    assert 0.05 <= np.mean(estimates == MAXIMUM_S) <= 0.30
    assert (estimates >= runtimes).all()
    assert set(values[np.argsort(counts)[-20:]]) == {*POPULAR_S, MAXIMUM_S}


def test_estimates_cover_run_times_at_and_above_the_maximum():
    runtimes = np.array([1.0, 300, 301, MAXIMUM_S, MAXIMUM_S + 1])
    for seed in range(50):
        estimates = modal_estimates(runtimes, np.random.default_rng(seed))
        assert (estimates >= runtimes).all()
        assert estimates[4] == MAXIMUM_S + 300


def test_zipf_users():
    codes = zipf_users(200_000, 4, 1.0, np.random.default_rng(1))
    shares = np.bincount(codes) / len(codes)
    assert shares == pytest.approx(np.array([12, 6, 4, 3]) / 25, abs=0.01)
