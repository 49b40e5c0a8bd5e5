"""Every kernel at its cache-resident size, and how each compares with its native rival.

The comparison takes turns, so that drift hits both alike, and keeps each one's best processor
time: other work on the machine then disturbs it least.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kernels import registry
from kernels.contract import Kernel

GROUPS = ("compute", "memory", "genomics", "research")
NAMES = [name for group in GROUPS for name in registry.names(group)]
ROUNDS = 9
# The least share of the rival's speed, at the size where the rival is at its best.
LEAST = [
    ("stream_triad", "memory", 0.95),
    ("stencil7", "memory", 0.95),
    ("stencil27", "memory", 0.95),
    ("random_access", "memory", 0.90),
    ("dgemm", "memory", 0.90),
    ("lu", "memory", 0.75),
    ("spmv", "memory", 0.75),
    ("symgs", "memory", 1.0),
    ("fft1d", "memory", 0.5),
    ("fft1d", "cache", 0.5),
    ("fft3d", "memory", 0.5),
    ("sw_pairs", "cache", 3.0),
    ("sw_long", "memory", 2.0),
    ("pairhmm", "cache", 1.5),
    ("kmer_count", "memory", 0.95),
    ("fm_index", "memory", 0.95),
    ("record_sort", "memory", 1.5),
    ("bgzf_inflate", "cache", 1.5),
    ("nbody", "cache", 0.9),
    ("monte_carlo", "cache", 0.9),
    ("group_by", "cache", 5.0),
]


def prepared(name: str, size: str) -> tuple[Kernel[Any, Any, Any], Any]:
    kernel = registry.load(name)
    inputs = kernel.inputs(kernel.size(size), np.random.default_rng(1))
    check = kernel.check(inputs, kernel.run(inputs))
    assert check.ok, check
    return kernel, inputs


@pytest.mark.parametrize("name", NAMES)
def test_speed(benchmark: Any, name: str) -> None:
    kernel, inputs = prepared(name, "cache")
    work = kernel.work(inputs)
    benchmark.extra_info.update(path=kernel.path(), unit=work.unit, items=work.items)
    benchmark.extra_info.update(flops=work.flops, bytes=work.bytes_moved)
    benchmark.pedantic(kernel.run, (inputs,), rounds=5, warmup_rounds=1)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size", "least"), LEAST)
def test_as_fast_as_the_native_rival(benchmark: Any, name: str, size: str, least: float) -> None:
    kernel, inputs = prepared(name, size)
    rival = kernel.native()
    if rival is None:
        pytest.skip("no native rival here")
    check = kernel.check(inputs, rival.call(inputs, 1))
    assert check.ok, (rival.name, check)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(processor_time(kernel.run, inputs))
        theirs.append(processor_time(rival.call, inputs))
    ratio = min(theirs) / min(ours)
    benchmark.extra_info.update(rival=rival.name, ratio=round(ratio, 3), path=kernel.path())
    benchmark.pedantic(kernel.run, (inputs,), rounds=1)
    if kernel.path() in {"avx512", "numba", "prefetch", "libdeflate"}:
        assert ratio >= least, f"{ratio:.2f} of {rival.name}"


def processor_time(call: Callable[[Any, int], Any], inputs: Any) -> float:
    """Seconds of processor time a call, over enough calls to be measurable."""
    calls, spent = 0, 0.0
    start = time.process_time()
    while spent < 0.02:
        call(inputs, 1)
        calls += 1
        spent = time.process_time() - start
    return spent / calls
