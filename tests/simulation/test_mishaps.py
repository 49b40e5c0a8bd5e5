"""A workload on nodes that break: by the model of checkpoints, and by a file of events."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.center.failures.checkpoint import daly_s, expected_s, job_mtbf_s, young_s
from hpcsim.cluster.machine import shapes_of
from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.simulation.mishaps import Mishaps
from hpcsim.simulation.replay import Options, replay
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load
from hpcsim.units import HOUR_S
from workloads.workload import Workload

SITE = """
[nodes.node]
count = {count}
cores_per_socket = 1
memory_gib = 4
[failures]
start = "new"
[failures.sources.node]
mtbf_h = 1
mean_repair_h = 0.001
repair_ln_sigma = 0
"""


def site_of(tmp_path, count):
    path = tmp_path / "breaking.toml"
    path.write_text(SITE.format(count=count))
    return load(str(path))


def run(site, runtime_s, count, **mishaps):
    every = np.ones(count)
    jobs = Workload.of(
        {"submit_s": 0 * every, "runtime_s": runtime_s * every, "cores": every,
         "memory_per_core_mib": 1024 * every},
        machine_cores=site.cores,
    )  # fmt: skip
    options = Options(policy("easy"), site.cores, machine=machine_of(site), verify=True,
                      mishaps=Mishaps(site, **mishaps))  # fmt: skip
    return replay(jobs, options)


def test_a_checkpointed_job_takes_as_long_as_daly_says(tmp_path):
    """400 jobs of 10 h where a node fails once an hour: within 2 % of the model."""
    site = site_of(tmp_path, 450)
    outcome = run(site, 10 * HOUR_S, 400, failures=True, seed=3, requeues=10**6,
                  checkpoint="daly", write_s=60, restart_s=30)  # fmt: skip
    took = float(np.mean(outcome.jobs.column("end_s").to_numpy()))
    interval = float(daly_s(60.0, HOUR_S))
    assert took == pytest.approx(expected_s(10 * HOUR_S, interval, 60, 30, HOUR_S), rel=0.02)
    assert outcome.mishaps["requeues"] > 4000


def test_the_intervals_are_those_of_young_and_daly():
    assert young_s(60.0, 3000.0) == 600
    # Daly, section 5: 600 x (1 + 0.1 / 3 + 0.01 / 9) - 60.
    assert daly_s(60.0, 3000.0) == pytest.approx(600 * (1 + 0.1 / 3 + 0.01 / 9) - 60)
    assert daly_s(60.0, 20.0) == 20
    assert np.isinf(daly_s(60.0, np.inf))


def test_a_job_on_more_nodes_meets_more_failures(tmp_path):
    site = site_of(tmp_path, 8)
    assert job_mtbf_s(site, np.array([1, 4], np.int32)).tolist() == [3600, 900]


def test_an_outage_from_a_file_stops_and_restarts(tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("time_s,kind,node,cause\n300,down,0,disk\n600,up,0,\n")
    outcome = run(site_of(tmp_path, 1), 600, 1, events=events)
    assert outcome.jobs.column("end_s").to_pylist() == [1200]
    assert outcome.jobs.column("submit_s").to_pylist() == [0]
    assert outcome.jobs.column("wait_s").to_pylist() == [300]
    assert outcome.jobs.column("stopped_runs").to_pylist() == [1]
    assert outcome.jobs.column("lost_core_h").to_pylist() == [300 / 3600]
    assert outcome.mishaps["node_availability"] == 0.75
    assert outcome.told.to_pylist() == [
        {"time_s": 300, "kind": "node down", "what": "node0 disk"},
        {"time_s": 300, "kind": "run stopped: NODE_FAIL", "what": "1"},
        {"time_s": 600, "kind": "node up", "what": "node0 disk"},
    ]


def test_a_node_that_never_comes_back_leaves_its_job_waiting(tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("time_s,kind,node\n300,down,0\n")
    every = Mishaps(site_of(tmp_path, 1), events=events)
    jobs = Workload.of({"submit_s": [0.0], "runtime_s": [600.0], "cores": [1]}, machine_cores=1)
    options = Options(policy("easy"), 1, machine=machine_of(every.site), mishaps=every)
    assert replay(jobs, options).jobs.column("state").to_pylist() == ["PENDING"]


def test_shares_of_jobs_fail_and_run_out_of_memory(tmp_path):
    outcome = run(site_of(tmp_path, 20), 100, 2000, failing=0.1, hungry=0.1)
    told = outcome.mishaps
    assert 150 < told["failed_jobs"] < 250
    # Twice to four times the memory is what they need, and what the nodes have.
    assert told["out_of_memory_jobs"] == 0
    assert 300 < told["runs_out_of_memory"] < 400
    again = run(site_of(tmp_path, 20), 100, 2000, failing=0.1, hungry=0.1)
    assert again.jobs.equals(outcome.jobs)


def test_every_mistake_is_told_at_once(tmp_path):
    site = site_of(tmp_path, 1)
    with pytest.raises(InputError) as told:
        Mishaps(site, failures=True, events=tmp_path / "none.csv", requeues=-1,
                checkpoint="often", write_s=-1, failing=0.8, hungry=0.5)  # fmt: skip
    assert len(told.value.problems) == 6


def test_out_of_memory_needs_jobs_that_ask_for_some(tmp_path):
    jobs = shapes_of(np.full(3, 1, np.int32), None, machine_of(site_of(tmp_path, 20)))
    mishaps = Mishaps(site_of(tmp_path, 20), hungry=0.1)
    with pytest.raises(InputError, match="none asks for any"):
        mishaps.lives(np.ones(3), jobs, machine_of(mishaps.site))
