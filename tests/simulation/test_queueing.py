"""Queueing theory knows the answer: M/M/c against Erlang C, and Little's law."""

from __future__ import annotations

import math

import numpy as np
import pytest

import workloads
from hpcsim.cluster.policy import policy
from hpcsim.simulation.replay import Options, replay

SERVERS = 16
MEAN_RUN_S = 1000.0
BATCHES = 40
STUDENT_99 = 2.708  # two-sided 99 %, 39 degrees of freedom


def erlang_c_wait_s(load: float) -> float:
    """Mean wait of M/M/c: the chance to wait over the spare rate (Erlang, 1917)."""
    offered = load * SERVERS
    blocked = 1.0
    for servers in range(1, SERVERS + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    waits = blocked / (1 - load * (1 - blocked))
    return waits * MEAN_RUN_S / (SERVERS * (1 - load))


def exponential_jobs(load, seed):
    spec = f"poisson:jobs=200000,servers={SERVERS},load={load},runtime={MEAN_RUN_S}"
    return workloads.generate(spec, seed=seed)


@pytest.mark.parametrize("load", [0.7, 0.8, 0.9])
def test_the_mean_wait_is_erlangs(load):
    jobs = replay(exponential_jobs(load, seed=1), Options(policy("fcfs"), SERVERS)).jobs
    waits = jobs.column("wait_s").to_numpy()
    # Neighbours wait alike, long batches hardly: so their means give the interval.
    means = waits.reshape(BATCHES, -1).mean(axis=1)
    half_width = STUDENT_99 * means.std(ddof=1) / math.sqrt(BATCHES)
    assert abs(waits.mean() - erlang_c_wait_s(load)) < half_width
    assert half_width < 0.25 * erlang_c_wait_s(load)


def test_the_formula_itself():
    """One server: load / (1 - load) run times; a table's value for 16 servers at 0.85."""
    assert erlang_c_wait_s(1e-9) == pytest.approx(0)
    # P(wait) by the sum of the Poisson terms, another way to the same number.
    offered = 0.85 * SERVERS
    terms = [offered**k / math.factorial(k) for k in range(SERVERS)]
    last = offered**SERVERS / math.factorial(SERVERS) / 0.15
    expected = last / (sum(terms) + last) * MEAN_RUN_S / (SERVERS * 0.15)
    assert erlang_c_wait_s(0.85) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["fcfs", "easy", "sjf-easy", "conservative"])
def test_littles_law(name):
    """The time average of the queue is the arrival rate times the mean wait, whoever is first."""
    workload = workloads.generate("uniform:jobs=3000,cores=64,load=0.95", seed=2)
    jobs = replay(workload, Options(policy(name), 64)).jobs
    submit, start, end = (jobs.column(c).to_numpy() for c in ("submit_s", "start_s", "end_s"))
    assert _area(submit, start) == pytest.approx(np.sum(start - submit), rel=1e-9)
    assert _area(submit, end) == pytest.approx(np.sum(end - submit), rel=1e-9)
    assert np.sum(start - submit) > 0


def _area(come: np.ndarray, go: np.ndarray) -> float:
    """The number present, counted moment by moment and summed over time."""
    times = np.concatenate((come, go))
    order = np.argsort(times, kind="stable")
    present = np.cumsum(np.repeat([1, -1], len(come))[order])
    assert present.min() >= 0
    return float(np.sum(present[:-1] * np.diff(times[order])))
