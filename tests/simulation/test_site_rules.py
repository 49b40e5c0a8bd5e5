"""A workload under the rules of a site: who its users are there, where jobs go, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.simulation.replay import Options, replay
from hpcsim.simulation.site_machine import machine_of
from hpcsim.simulation.whose import refused
from hpcsim.site import loads
from hpcsim.studies.demand import find_demand
from workloads.workload import Workload

SITE = """
default_account = "guests"
[nodes.thin]
count = 2
cores_per_socket = 4
memory_gib = 16
[nodes.fat]
count = 1
cores_per_socket = 8
memory_gib = 64
[partitions.thin]
nodes = ["thin"]
default = true
max_time_h = 1
default_time_h = 0.5
[partitions.fat]
nodes = ["fat"]
sharing = "exclusive"
[qos.normal]
[qos.rush]
preempts = ["normal"]
[accounts.lab]
shares = 60
users = { ann = 1 }
[accounts.guests]
shares = 10
[priority]
age = 0
period_s = 60
"""


def workload(rows, **labels):
    """Rows of (submit, runtime, limit, cores, user, queue), the last two as names."""
    columns = list(zip(*rows, strict=True))
    users, queues = (sorted(set(column)) for column in columns[4:])
    return Workload.of(
        {
            "submit_s": np.array(columns[0], float),
            "runtime_s": np.array(columns[1], float),
            "limit_s": np.array(columns[2], float),
            "cores": np.array(columns[3], np.int32),
            "user": np.array([users.index(u) for u in columns[4]], np.int32),
            "queue": np.array([queues.index(q) for q in columns[5]], np.int32),
        },
        labels={"user": tuple(users), "queue": tuple(queues), **labels},
    )


def run(rows, name="multifactor-easy"):
    machine = machine_of(loads(SITE))
    options = Options(policy(name), machine.total_cores, machine=machine)
    return replay(workload(rows), options).jobs


def test_a_queue_called_as_a_partition_keeps_its_jobs_on_its_nodes():
    # Eight cores of the thin nodes are two parts of four; the fat node takes them whole.
    rows = [(0, 60, 60, 8, "ann", "thin"), (0, 60, 60, 8, "bob", "fat")]
    jobs = run(rows)
    assert jobs.column("nodes").to_pylist() == [2, 1]
    assert jobs.column("start_s").to_pylist() == [0, 0]
    # An exclusive partition gives its node to one job at a time, however small.
    rows = [(0, 60, 60, 1, "ann", "fat"), (0, 60, 60, 1, "bob", "fat")]
    assert run(rows).column("start_s").to_pylist() == [0, 60]


def test_a_queue_called_as_a_qos_has_its_rights():
    rows = [(0, 60, 60, 8, "ann", "normal"), (10, 5, 5, 8, "bob", "rush")]
    assert run(rows).column("start_s").to_pylist() == [15, 10]


def test_shares_decide_between_users_of_the_site():
    # Ann has used as much as Zoe, the guest, but her account has the greater share.
    rows = [(0, 60, 60, 8, "ann", "x"), (0, 60, 60, 8, "zoe", "x"), (1, 60, 60, 8, "zoe", "x"),
            (2, 60, 60, 8, "ann", "x")]  # fmt: skip
    assert run(rows).column("start_s").to_pylist() == [0, 60, 180, 120]
    jobs = run(rows, "easy")
    assert jobs.column("start_s").to_pylist() == [0, 60, 120, 180]
    assert jobs.column("reason").to_pylist() == [None, "Resources", "Resources", "Priority"]


def test_a_job_without_a_limit_has_its_partitions():
    jobs = run([(0, 3600, np.inf, 1, "ann", "thin")])
    assert jobs.column("limit_s").to_pylist() == [1800]
    assert jobs.column("state").to_pylist() == ["TIMEOUT"]


def test_what_the_rules_forbid_is_told_with_the_way_out_or_dropped(tmp_path):
    rows = [(0, 60, 7200, 1, "ann", "thin"), (0, 60, 60, 1, "ann", "thin")]
    path = tmp_path / "two.csv"
    path.write_text(
        "job_id,submit_s,runtime_s,limit_s,cores,user,partition\n"
        "7,0,60,7200,1,ann,thin\n8,0,60,60,1,ann,elsewhere\n"
    )
    machine = machine_of(loads(SITE))
    with pytest.raises(InputError, match=r"max_time_h(?s:.)*--oversized drop"):
        find_demand(str(path), machine=machine)
    demand = find_demand(str(path), machine=machine, oversized="drop")
    assert demand.workload.job_id.tolist() == [8]
    assert [line for line in demand.repair_lines if "rules" in line] == [
        "dropped 1: jobs that the site's rules forbid, job 7 first"
    ]
    assert any("does not know partition elsewhere" in line for line in demand.repair_lines)
    assert refused(workload(rows), machine)[1].tolist() == [True, False]
