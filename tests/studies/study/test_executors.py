"""Whoever makes the runs, the study is the same."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from hpcsim.errors import InputError
from hpcsim.studies.executors import open_pool
from hpcsim.studies.sbatch import job_script
from kernels.harness import launch

from .conftest import QUEUE, environment, kept, program, run

WORDS = ("replicate", QUEUE, "--runs", "5", "--no-report")


@pytest.fixture(scope="module")
def by_processes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("processes") / "study"
    run(program(*WORDS, "--out", folder))
    return kept(folder)


def test_this_process(by_processes, tmp_path):
    run(program(*WORDS, "--executor", "here", "--out", tmp_path / "s"))
    assert kept(tmp_path / "s") == by_processes


@pytest.mark.skipif(importlib.util.find_spec("mpi4py") is None, reason="mpi4py is not installed")
def test_two_mpi_ranks(by_processes, tmp_path):
    words = (*WORDS, "--executor", "mpi", "--out", tmp_path / "s")
    python, *rest = program(*words)
    run([*launch.starter(2), python, "-m", "mpi4py.futures", *rest])
    assert kept(tmp_path / "s") == by_processes


def test_one_rank_is_told_what_it_lacks(tmp_path):
    pytest.importorskip("mpi4py")
    done = subprocess.run(
        program(*WORDS, "--executor", "mpi"), env=environment(), capture_output=True, text=True,
        timeout=100,
    )  # fmt: skip
    assert done.returncode == 2
    assert "has one rank and needs two" in done.stderr and "mpiexec -n 3" in done.stderr


def test_two_dask_workers(by_processes, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        run(program(*WORDS, "--executor", f"dask://{address}", "--out", tmp_path / "s"))
    assert kept(tmp_path / "s") == by_processes


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("proceses", "did you mean processes"),
        ("dask://127.0.0.1:1", "no Dask scheduler answers"),
    ],
)
def test_executors_that_are_none(name, tells, monkeypatch):
    monkeypatch.setattr("hpcsim.studies.executors.dask.PATIENCE_S", 0.5)
    with pytest.raises(InputError, match=tells), open_pool(name):
        pass


def test_a_job_script_is_the_same_command_on_more_ranks(tmp_path):
    words = ["hpcsim", "replicate", QUEUE, "--runs", "9", "--workers", "3", "--print-sbatch"]
    script = job_script(words, 3, 9)
    assert f"-m hpcsim replicate {QUEUE} --runs 9 --executor mpi" in script
    assert "#SBATCH --ntasks=4" in script
    (tmp_path / "job.sh").write_text(script)
    subprocess.run(["bash", "-n", tmp_path / "job.sh"], check=True)
    assert sys.executable  # the script names python by its name: it is the cluster's own
