"""Intervals hold the truth as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hpcsim.studies.statistics.batches import batched, warm_up
from hpcsim.studies.statistics.bootstrap import percentile_over
from hpcsim.studies.statistics.shares import share_of
from hpcsim.studies.statistics.student import mean_over, runs_needed
from hpcsim.studies.subject.workload import OnMachine

SERVERS, LOAD, RUNTIME_S = 4, 0.8, 1000.0


def erlang_c(servers, load):
    """The probability of having to wait in M/M/c (Gross et al., 2.4)."""
    offered = servers * load
    below = sum(offered**k / math.factorial(k) for k in range(servers))
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (below + last)


def truth(servers=SERVERS, load=LOAD):
    """Mean and 95th percentile of the wait, seconds."""
    waits = erlang_c(servers, load)
    rate = servers * (1 - load) / RUNTIME_S
    return waits / rate, math.log(waits / 0.05) / rate


def test_a_mean_by_hand():
    found = mean_over(np.array([1.0, 2.0, 3.0, math.nan]))
    assert (found.mean, found.runs) == (2.0, 3)
    assert found.half_width == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert mean_over(np.array([5.0])).half_width == math.inf
    assert mean_over(np.array([])).runs == 0


def test_runs_needed_give_that_width():
    values = np.array([90.0, 110.0] * 200)
    values *= 10 / values.std(ddof=1)
    assert runs_needed(values, 1.0) == 387  # (t * 10 / 1)^2 with t(386) = 1.9661


def test_a_share_by_hand():
    """20 of 20: the lower end is the twentieth root of 0.025."""
    assert share_of(20, 20).low == pytest.approx(0.025 ** (1 / 20))
    assert share_of(20, 20).high == 1.0 and share_of(0, 20).low == 0.0


def test_bootstrap_covers_a_quantile():
    """The 90th percentile of an exponential is ln 10."""
    rng = np.random.default_rng(7)
    found = [percentile_over(rng.exponential(size=100), 0.9) for _ in range(100)]
    assert 88 <= sum(each.low <= math.log(10) <= each.high for each in found) <= 99
    assert math.isnan(percentile_over(rng.exponential(size=5), 0.9).low)


def test_the_warm_up_is_cut_where_it_ends():
    rng = np.random.default_rng(2)
    values = rng.normal(0, 1, 5000)
    values[:500] += np.linspace(20, 0, 500)
    assert 300 <= warm_up(values) <= 700
    assert warm_up(rng.normal(0, 1, 5000)) < 1500


def coverage(repeats, runs, jobs, warmup_s):
    """How often the intervals of replications hold the true mean and p95."""
    world = OnMachine.of(
        f"poisson:jobs={jobs},servers={SERVERS},load={LOAD}", cores=SERVERS, warmup_s=warmup_s
    )
    names = ("mean_wait_s", "p95_wait_s")
    held = np.zeros(2)
    for repeat in range(repeats):
        made = [world.measure(repeat * runs + i, ()).figures for i in range(runs)]
        for place, (name, true) in enumerate(zip(names, truth(), strict=True)):
            found = mean_over(np.array([figures[name] for figures in made]))
            held[place] += found.low <= true <= found.high
    return held / repeats


def alone(repeats, jobs):
    """How often the interval of one long run, by batch means, holds the true mean."""
    world = OnMachine.of(f"poisson:jobs={jobs},servers={SERVERS},load={LOAD}", cores=SERVERS)
    held = 0
    for repeat in range(repeats):
        low, high = world.measure(10_000 + repeat, (), alone=True).intervals["mean_wait_s"]
        held += low <= truth()[0] <= high
    return held / repeats


def test_intervals_cover_the_truth_in_small():
    """40 repeats: 95 % less three standard errors of 3.4 %."""
    mean, p95 = coverage(40, 6, 6000, 300_000.0)
    assert mean >= 0.85 and p95 >= 0.85
    assert alone(20, 60_000) >= 0.75


@pytest.mark.slow
def test_intervals_cover_the_truth():
    mean, p95 = coverage(400, 8, 10_000, 400_000.0)
    assert 0.93 <= mean <= 0.97
    assert 0.93 <= p95 <= 0.97
    assert alone(400, 60_000) >= 0.90


def test_batches_need_values():
    assert batched(np.arange(100.0)).half_width == math.inf
