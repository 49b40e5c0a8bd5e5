"""The speed of EASY over the nodes of a site: jobs a second inside the core.

A million jobs with cores and memory on the 879 nodes of `nanjing`, in two mixes: research, whose
sizes are uniform in the logarithm from 1 to 4,096 cores, and a centre's, 95 % of whose jobs take
part of one node, so that thousands run at once. The load is the offered work in core-seconds over
those of the machine (HPCSIM_BENCH_SLACK divides every promise; 1 by default).
"""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

import workloads
from hpcsim.cluster.cluster import Cluster
from hpcsim.cluster.machine import shapes_of
from hpcsim.cluster.policy import policy
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load
from workloads.workload import Workload

SLACK = float(os.environ.get("HPCSIM_BENCH_SLACK", "1"))
JOBS = 1_000_000
WIDE_SHARE = 0.05
USERS = 100  # whose ranks change every five minutes under multifactor priority
MEMORY_MIB = (512, 1024, 2048, 4096)  # a core, equally often
PROMISED = {
    ("easy", "research", 0.9): 300_000,
    ("easy", "research", 1.0): 150_000,
    ("easy", "centre", 0.9): 300_000,
    ("easy", "centre", 1.0): 150_000,
    ("multifactor-easy", "research", 0.9): 150_000,
    ("multifactor-easy", "centre", 0.9): 150_000,
}


def research(jobs: int, load_offered: float, cores: int) -> Workload:
    """Sizes to 4,096 cores."""
    spec = f"uniform:jobs={jobs},sizes=1-4096,draw=log,load={load_offered}"
    return workloads.generate(spec, cores=cores, seed=1)


def centre(jobs: int, load_offered: float, cores: int) -> Workload:
    """One job in twenty has 41 to 400 cores, the others 1 to 16."""
    spec = f"uniform:jobs={jobs},sizes=1-16,draw=log,load={load_offered}"
    small = workloads.generate(spec, cores=cores, seed=1)
    rng = np.random.default_rng(1)
    wide = rng.random(jobs) < WIDE_SHARE
    wanted = np.where(wide, np.exp(rng.uniform(np.log(41), np.log(401), jobs)), small.cores)
    columns = {
        "submit_s": small.submit_s,
        "runtime_s": small.runtime_s,
        "limit_s": small.limit_s,
        "cores": np.floor(wanted).astype(np.int32),
    }
    return Workload.of(columns, machine_cores=cores).with_load(load_offered, cores)


MIXES = {"research": research, "centre": centre}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mix", "load_offered"), PROMISED)
def test_easy_over_nodes(benchmark, name, mix, load_offered):
    machine = machine_of(load("nanjing"))
    rng = np.random.default_rng(1)

    def cluster(jobs: int) -> Cluster:
        asked = MIXES[mix](jobs, load_offered, machine.total_cores)
        memory = rng.choice(np.array(MEMORY_MIB, np.float32), jobs)
        made = Cluster(machine, policy(name), capacity=jobs, users=USERS)
        shapes = shapes_of(asked.cores, memory, machine)
        user = rng.integers(0, USERS, jobs)
        made.submit(
            asked.submit_s, asked.runtime_s, asked.limit_s, asked.cores, user, shapes=shapes
        )
        return made

    cluster(1000).advance()  # compiled, or taken from the cache
    measured = cluster(JOBS)

    def run() -> float:
        began = time.process_time()
        measured.advance()
        return time.process_time() - began

    spent_s = benchmark.pedantic(run, rounds=1, iterations=1)
    assert measured.ended == JOBS
    benchmark.extra_info["jobs_per_s"] = round(JOBS / spent_s)
    assert JOBS / spent_s * SLACK >= PROMISED[name, mix, load_offered]
