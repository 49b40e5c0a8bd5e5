"""mpi4py beside C on the same MPI, in the same rounds."""

from __future__ import annotations

import pytest

from kernels.harness.cases import Case
from kernels.harness.parallel import measure_ranks
from kernels.harness.rounds import Rules

RULES = Rules(least=10, most=10, budget_s=30.0, rivals=True)
MOST_EXTRA_S = 0.8e-6


@pytest.mark.slow
@pytest.mark.parametrize("size", [8, 65_536])
def test_ping_pong_beside_c(benchmark, size):
    """At most 0.8 us more than C for a small message, the same from 64 KiB on."""
    case = Case("mpi_latency", "cache", (("bytes", size),), ranks=2)

    def measured():
        (result,), _ = measure_ranks([case], RULES, lambda result: None)
        return result

    result = benchmark.pedantic(measured, rounds=1)
    assert result.rivalry is not None, result.statement
    ours = min(result.samples_s) / result.work.items
    theirs = min(result.rivalry.samples_s) / result.work.items
    benchmark.extra_info.update(ours_s=ours, c_s=theirs)
    assert ours - theirs <= max(MOST_EXTRA_S, 0.1 * theirs)


@pytest.mark.slow
def test_lu_on_two_ranks_beside_the_product(benchmark):
    """HPL's figure is quoted as a share of what the product reaches on as many cores."""
    cases = [Case("mpi_hpl", "memory", ranks=2)]

    def measured():
        (result,), _ = measure_ranks(cases, RULES, lambda result: None)
        return result

    result = benchmark.pedantic(measured, rounds=1)
    assert result.status == "ok", result.statement
    benchmark.extra_info["flop_s"] = result.figure.best
