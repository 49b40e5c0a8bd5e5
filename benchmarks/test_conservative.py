"""Conservative backfilling inside the compiled core, with many running and many waiting jobs."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hpcsim.cluster.conservative import schedule

CORES = 35_000


def workload(kind, n, load, exact, seed=1):
    """Jobs of few large or many small sizes; run times as in Lublin and Feitelson's model."""
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 17, n)
    short = rng.random(n) < 0.65
    if kind == "large":
        high = np.log2(CORES)
        power = np.where(
            rng.random(n) < 0.86, rng.uniform(0.8, high - 2.5, n), rng.uniform(high - 2.5, high, n)
        )
        size = np.where(rng.random(n) < 0.244, 1, np.round(2**power)).astype(int)
        short = rng.random(n) < np.clip(0.78 - 0.0054 * size, 0, 1)
    log_run = np.where(short, rng.gamma(4.2, 0.94, n), rng.gamma(312, 0.03, n))
    runtime = np.ceil(np.exp(np.minimum(log_run, 12)))
    modes = np.array([300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800.0])
    asked = np.minimum(runtime * (1 + rng.exponential(1, n)), modes[-1])
    estimate = runtime if exact else np.maximum(modes[np.searchsorted(modes, asked)], runtime)
    span = (runtime * size).sum() / (load * CORES)
    submit = np.floor(np.sort(rng.random(n)) * span)
    return submit, runtime, estimate, np.minimum(size, CORES)


@pytest.mark.parametrize(
    ("kind", "n", "load", "exact", "least"),
    [
        ("large", 200_000, 0.9, True, 400_000),
        ("small", 500_000, 0.9, True, 100_000),
        ("small", 500_000, 0.9, False, 100_000),
        ("small", 300_000, 1.1, True, 5_000),
        ("large", 50_000, 1.1, True, 5_000),
        ("large", 100_000, 0.9, False, 80_000),
        ("large", 50_000, 1.1, False, 10_000),
    ],
)
def test_jobs_per_second(benchmark, kind, n, load, exact, least):
    jobs = workload(kind, n, load, exact)
    schedule(*(column[:10] for column in jobs), CORES)
    began = time.process_time()
    benchmark.pedantic(schedule, (*jobs, CORES), rounds=1)
    speed = n / (time.process_time() - began)
    benchmark.extra_info["jobs_per_s"] = round(speed)
    assert speed >= least
