"""MPI kernels on one, two and three ranks give what one process gives."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernels import registry
from kernels.harness import launch
from kernels.harness.cases import Case
from kernels.harness.errors import HarnessError
from kernels.harness.parallel import measure_ranks
from kernels.harness.rounds import Rules

HERE = Path(__file__).parent
PAIRS = ("mpi_latency", "mpi_bandwidth", "mpi_bidirectional", "mpi_multi_pair")

needs_mpi = pytest.mark.skipif(
    importlib.util.find_spec("mpi4py") is None, reason="mpi4py is not installed"
)


@needs_mpi
@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_every_kernel_equals_its_serial_result(ranks):
    program = [sys.executable, "-m", "mpi4py", str(HERE / "ranks_agree.py")]
    done = subprocess.run(
        [*launch.starter(ranks), *program], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    expected = dict.fromkeys(registry.names("mpi"), "right")
    if ranks == 1:
        for name in PAIRS:
            expected[name] = (
                f"{name} needs 2 ranks and there are 1; start it with --ranks 2 or more"
            )
    assert told == expected


@needs_mpi
def test_the_suite_starts_ranks_and_hears_their_results():
    cases = [Case("mpi_allreduce", "tiny", ranks=2), Case("mpi_hpl", "tiny", ranks=2)]
    kept = []
    results, library = measure_ranks(cases, Rules(least=3, most=3, budget_s=20), kept.append)
    assert [(r.key, r.status, len(r.samples_s)) for r in results] == [
        ("mpi_allreduce/tiny/r2", "ok", 3),
        ("mpi_hpl/tiny/r2", "ok", 3),
    ]
    assert library
    assert {r.key for r in kept} == {case.key for case in cases}


@needs_mpi
def test_ranks_that_cannot_share_the_work_are_told():
    (result,), _ = measure_ranks(
        [Case("mpi_fft", "tiny", (("n", 1),), ranks=2)], Rules(budget_s=5), lambda result: None
    )
    assert (result.status, result.figure) == ("skipped", None)
    assert result.statement == "2 ranks share 1 planes: choose a larger n"


def test_a_missing_mpi_is_told_and_nothing_is_started(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (result,), library = measure_ranks(
        [Case("mpi_barrier", "tiny", ranks=2)], Rules(), lambda result: None
    )
    assert result.status == "skipped"
    assert "pip install 'hpcsim[mpi]'" in result.statement
    assert library == ""


def test_a_missing_starter_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HarnessError, match="no mpiexec, mpirun or srun is found"):
        launch.starter(2, {})


@pytest.mark.parametrize(
    "environment, rank",
    [
        ({}, None),
        ({"PMI_RANK": "3", "PMI_SIZE": "4"}, 3),
        ({"PMI_RANK": "0", "PMI_SIZE": "1"}, None),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}, 1),
        ({"SLURM_PROCID": "0"}, None),
        ({"SLURM_PROCID": "2", "SLURM_STEP_NUM_TASKS": "8"}, 2),
    ],
)
def test_the_rank_of_a_process_that_was_started_with_others(environment, rank):
    assert launch.rank(environment) == rank


@needs_mpi
def test_columns_are_dealt_out_whole():
    from kernels.mpi._columns import Columns

    class Comm:
        def __init__(self, rank, size):
            self.rank, self.size = rank, size

    for n, width, size in [(37, 8, 3), (8, 8, 3), (64, 8, 2), (5, 8, 2)]:
        dealt = [Columns(Comm(rank, size), n, width) for rank in range(size)]
        spans = sorted(each.span(block) for each in dealt for block in each.mine)
        assert [first for first, _ in spans] == [0, *(last for _, last in spans[:-1])]
        assert spans[-1][1] == n
        for each in dealt:
            for block in range(each.blocks):
                later = [b for b in each.mine if b > block]
                width_after = sum(last - first for first, last in map(each.span, later))
                after = each.after(block)
                assert (after.stop, after.stop - after.start) == (each.count, width_after)


def test_products_in_place_on_parts_of_a_matrix():
    from kernels.mpi._blas import solve_unit_lower, subtract_product

    rng = np.random.default_rng(2)
    whole = rng.random((9, 11))
    before = whole.copy()
    a, b = rng.random((4, 3)), rng.random((3, 5))
    subtract_product(whole[2:6, 3:8], a, b)
    before[2:6, 3:8] -= a @ b
    assert np.allclose(whole, before)
    lower = np.tril(rng.random((4, 4)), -1) + np.eye(4)
    expected = np.linalg.solve(lower, whole[1:5, 2:9])
    solve_unit_lower(lower + np.triu(rng.random((4, 4)), 1), whole[1:5, 2:9])
    assert np.allclose(whole[1:5, 2:9], expected)
