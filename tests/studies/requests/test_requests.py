"""A request at a site: the cluster it becomes, what it costs, what it wastes."""

from __future__ import annotations

import pytest

import workloads
from hpcsim.site import load, loads
from hpcsim.studies.requests import (
    cluster_of,
    cost_of,
    limit_against,
    load_cluster,
    waste_of,
)
from workloads.errors import InputError
from workloads.jobs import Array, JobDescription

SITE = loads(
    """
[nodes.thin]
count = 4
cores_per_socket = 10
memory_gib = 40
idle_w = 100
loaded_w = 500

[nodes.fat]
count = 1
cores_per_socket = 20
memory_gib = 400

[partitions.day]
nodes = ["thin"]
default = true
max_time_h = 24
default_time_h = 1

[partitions.big]
nodes = ["fat"]

[power]
pue = 1.5

[carbon]
kg_per_kwh = 0.5

[prices]
yuan_per_core_h = 0.1
partition_factors = { big = 2.0 }
"""
)


def test_a_site_is_a_cluster():
    cluster = cluster_of(SITE)
    assert [(len(g.names), g.cpus, g.memory_mib) for g in cluster.groups] == [
        (4, 10, 40960),
        (1, 20, 409600),
    ]
    shapes = [(p.name, len(p.nodes), p.is_default) for p in cluster.partitions]
    assert shapes == [("day", 4, True), ("big", 1, False)]
    assert cluster.partition("day").max_time == 1440


def test_a_job_costs_what_it_holds_until_its_limit():
    cost = cost_of(JobDescription(tasks=4, cpus_per_task=5, time_limit_s=7200), SITE)
    # 20 cores for 2 h; two thin nodes' worth at 500 W, times the PUE.
    assert (cost.core_h, cost.yuan) == (40, pytest.approx(4))
    assert (cost.kwh, cost.co2_kg) == (pytest.approx(3), pytest.approx(1.5))


@pytest.mark.parametrize(
    ("job", "core_h"),
    [
        (JobDescription(tasks=2), 2),
        (JobDescription(tasks=2, time_unlimited=True), None),
        (JobDescription(tasks=2, partition="big"), None),
        (JobDescription(tasks=1, exclusive="exclusive"), 10),
        (JobDescription(tasks=1, array=Array(ranges=((1, 5),))), 5),
    ],
)
def test_core_hours(job, core_h):
    cost = cost_of(job, SITE)
    assert (None if cost is None else cost.core_h) == core_h


def test_waste_is_memory_without_cores_and_nodes_without_work():
    assert waste_of(JobDescription(tasks=1, memory_per_node_mib=4096), SITE) == ()
    (waste,) = waste_of(JobDescription(tasks=1, memory_per_node_mib=36864), SITE)
    assert "90% of a node's memory and 10% of its cores: about 8 cores lie idle" in waste.message
    assert waste.hint == "a core's share is 4096 MiB"
    (waste,) = waste_of(JobDescription(tasks=1, exclusive="exclusive"), SITE)
    assert waste.message == "whole nodes are held with 10 cores for 1"


def test_a_site_may_be_a_name_a_file_or_a_slurm_conf(tmp_path):
    conf = tmp_path / "slurm.conf"
    conf.write_text("ClusterName=c\nNodeName=n CPUs=2\nPartitionName=p Nodes=n\n")
    assert load_cluster(str(conf))[0].name == "c"
    assert load_cluster("tiny")[1] == load("tiny")
    conf.write_text("nothing\n")
    with pytest.raises(InputError, match="neither a site nor"):
        load_cluster(str(conf))


@pytest.fixture
def history(tmp_path):
    """Forty jobs of 8 cores and a limit of 10 h: one took 3 h, the others one hour."""
    path = tmp_path / "past.csv"
    rows = [f"{i * 100},{10800 if i == 7 else 3600},8,36000" for i in range(40)]
    path.write_text("\n".join(["submit_s,runtime_s,cores,limit_s", *rows, ""]))
    return workloads.read(path)[0]


def test_a_limit_that_like_jobs_never_needed(history):
    waste = limit_against(JobDescription(tasks=8, time_limit_s=36000), history)
    assert waste.message == (
        "a limit of 10.0 h where nineteen in twenty of 40 like jobs took less "
        "than 1.0 h and half less than 1.0 h"
    )
    assert waste.hint.startswith("--time=75 (minutes) would do")


@pytest.mark.parametrize(
    "job",
    [
        JobDescription(tasks=8, time_limit_s=7000),
        JobDescription(tasks=64, time_limit_s=36000),
        JobDescription(tasks=8, time_limit_s=90000),
        JobDescription(tasks=8),
    ],
)
def test_nothing_is_said_of_a_short_limit_or_of_jobs_that_were_never_seen(history, job):
    assert limit_against(job, history) is None
