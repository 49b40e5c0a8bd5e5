"""What the suite itself costs: a round, an interval, a step search, a kept result."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kernels.harness.cases import Case
from kernels.harness.changes import changes
from kernels.harness.fingerprint import fingerprint
from kernels.harness.prepared import Prepared
from kernels.harness.statistics import summarize
from kernels.harness.store import Store


def test_interval_of_forty_samples(benchmark):
    samples = np.random.default_rng(0).exponential(1.0, 40)
    assert benchmark(summarize, samples).n == 40


def test_steps_of_a_hundred_sessions(benchmark):
    times = np.random.default_rng(0).normal(1.0, 0.01, 100)
    assert benchmark(changes, times) == []


def test_one_sample_of_a_short_kernel(benchmark):
    ready = Prepared(Case("stream_triad", "tiny"))
    assert ready.warm_up()
    benchmark(ready.sample)


def test_keeping_a_result(benchmark, tmp_path: Path):
    store = Store(tmp_path / "bench.sqlite")
    session = store.begin("", fingerprint())
    ready = Prepared(Case("stream_triad", "tiny"))
    assert ready.warm_up()
    for _ in range(5):
        ready.sample()
    benchmark(store.keep, session, ready.result())
