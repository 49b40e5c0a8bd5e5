"""The speeds that the README claims: jobs a second inside the core, and the whole command.

Jobs on 35,000 cores. Each case asserts what the README's table guards, with room for a busy machine
(HPCSIM_BENCH_SLACK divides every promise; 1 by default), and keeps its figures beside the timing. A
synthetic trace of few huge jobs flatters every simulator, so some cases have 5,000 running at once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import numpy as np
import pytest

import workloads
from hpcsim.cluster.policy import policy
from hpcsim.simulation.replay import Options, Outcome, replay

CORES = 35_000
SLACK = float(os.environ.get("HPCSIM_BENCH_SLACK", "1"))
SMALL = "uniform:jobs=1000000,sizes=1-16,draw=log,load=0.9"
LARGE = "uniform:jobs=1000000,sizes=1-4096,draw=log,load=0.9"  # limits of one to two run times
LUBLIN = "lublin:jobs={jobs},load={load}"

# policy, workload, jobs a second guarded, jobs running on the average (None: whatever comes)
CASES = {
    "easy, load 0.9": ("easy", LUBLIN.format(jobs=1_000_000, load=0.9), 1_000_000, None),
    "easy, load 1.02": ("easy", LUBLIN.format(jobs=1_000_000, load=1.02), 200_000, None),
    "easy, small jobs": ("easy", SMALL, 400_000, 5_000),
    "conservative, small jobs": ("conservative", SMALL, 100_000, 5_000),
    "conservative, sizes to 4,096": ("conservative", LARGE, 400_000, None),
    "conservative, load 0.9, limits as long as the jobs": (
        "conservative", LUBLIN.format(jobs=300_000, load=0.9) + ",estimates=exact", 400_000, None,
    ),
    "conservative, load 0.9": (
        "conservative", LUBLIN.format(jobs=100_000, load=0.9), 15_000, None,
    ),
    "conservative, load 1.1": (
        "conservative", LUBLIN.format(jobs=30_000, load=1.1), 5_000, None,
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def case(request):
    name, spec, promised, running = CASES[request.param]
    chosen = policy(name)
    small = workloads.generate("uniform:jobs=1000", cores=CORES)
    replay(small, Options(chosen, CORES))  # compiled, or taken from the cache
    return chosen, workloads.generate(spec, cores=CORES), promised, running


@pytest.mark.slow
def test_jobs_a_second_inside_the_core(benchmark, case):
    chosen, workload, promised, running = case
    outcome: Outcome = benchmark.pedantic(
        replay, (workload, Options(chosen, CORES)), rounds=1, iterations=1
    )
    speed = len(workload) / outcome.core_wall_s
    benchmark.extra_info.update(
        jobs_per_s=round(speed), running=round(mean_running(outcome)), most=most_running(outcome)
    )
    assert outcome.jobs.column("start_s").null_count == 0
    assert running is None or mean_running(outcome) > running
    assert speed * SLACK >= promised


@pytest.mark.slow
def test_the_whole_command(benchmark, tmp_path):
    """Generate, simulate, measure and write a million jobs: under 8 s and 1.5 GB."""
    command = [sys.executable, "-c", "from hpcsim.cli import main; main()"]
    command += ["simulate", LUBLIN.format(jobs=1_000_000, load=0.9), "--cores", str(CORES)]
    command += ["--no-report", "--out", str(tmp_path / "run")]
    subprocess.run([*command[:4], "lublin:jobs=100", "--cores", "64"], check=True)
    benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=1, iterations=1)
    most_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    benchmark.extra_info["memory_gb"] = round(most_gb, 2)
    assert benchmark.stats.stats.max < 8 * SLACK
    assert most_gb < 1.5


def mean_running(outcome: Outcome) -> float:
    """Jobs running at a time, over the makespan."""
    start, end = times(outcome)
    return float(np.sum(end - start) / (end.max() - start.min()))


def most_running(outcome: Outcome) -> int:
    """The most jobs that ever ran at once."""
    start, end = times(outcome)
    steps = np.repeat([-1, 1], len(start))
    order = np.argsort(np.concatenate((end, start)), kind="stable")
    return int(np.cumsum(steps[order]).max())


def times(outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """When each job started and ended."""
    return tuple(outcome.jobs.column(name).to_numpy() for name in ("start_s", "end_s"))
