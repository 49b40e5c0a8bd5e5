"""Workflows of every kind as jobs with dependencies; recorded instances to the last byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workloads.jobs import Dependency, read_jobs
from workloads.jobs.writing import write_jobs

CURRENT = {
    "schemaVersion": "1.5",
    "name": "two",
    "workflow": {
        "specification": {
            "tasks": [
                {"name": "make", "id": "t1", "parents": [], "outputFiles": ["x"]},
                {"name": "use", "id": "t2", "parents": ["t1"], "inputFiles": ["x"]},
            ],
            "files": [{"id": "x", "sizeInBytes": 5}],
        },
        "execution": {
            "makespanInSeconds": 7,
            "tasks": [{"id": "t2", "runtimeInSeconds": 3.5, "coreCount": 2, "machines": ["n1"]}],
            "machines": [{"nodeName": "n1"}],
        },
    },
}
OLDER = {
    "schemaVersion": "1.4",
    "workflow": {
        "makespanInSeconds": 7,
        "tasks": [
            {"name": "make", "id": "t1", "parents": [], "runtimeInSeconds": 1},
            {"name": "use", "id": "t2", "parents": ["make"], "runtimeInSeconds": 3.5},
        ],
    },
}
D3DAG = {
    "nodes": [
        {"id": 0, "value": {"jobid": 0, "label": "all", "rule": "all"}},
        {"id": 1, "value": {"jobid": 1, "label": "map", "rule": "map"}},
    ],
    "links": [{"u": 1, "v": 0}],
}
DOT = """digraph snakemake_dag {
    graph[bgcolor=white, margin=0];
    0[label = "all", color = "0.6 0.8"];
    1[label = "map\\nsample: A", color = "0.1 0.8"];
    1 -> 0
}
"""
CWL = {
    "cwlVersion": "v1.2",
    "$graph": [
        {
            "class": "Workflow",
            "id": "#main",
            "steps": [
                {
                    "id": "#main/sort",
                    "run": "#sort",
                    "in": [{"id": "i", "source": "#main/map/bam"}],
                },
                {"id": "#main/map", "run": "#map", "in": [{"id": "i", "source": "#main/reads"}]},
            ],
        },
        {
            "class": "CommandLineTool",
            "id": "#map",
            "baseCommand": ["bwa", "mem"],
            "requirements": [{"class": "ResourceRequirement", "coresMin": 8, "ramMin": 4096}],
        },
        {"class": "CommandLineTool", "id": "#sort", "baseCommand": "sort"},
    ],
}
CHAIN = """#!/bin/bash
# nothing here is run
first=$(sbatch --parsable -J make make.sh)
second=$(sbatch --parsable -J use --dependency=afterok:$first use.sh --flag)
sbatch -d afterany:${first}:${second},singleton -t 5 clean.sh
"""


def edges(reading) -> set[tuple[str, str]]:
    return {(d.job, job.id) for job in reading.jobs for d in job.dependencies if d.job}


@pytest.mark.parametrize("document", [CURRENT, OLDER])
def test_parents_are_ids_in_wfformat_1_5_and_names_before(read, document):
    reading = read(json.dumps(document), "w.json")
    assert reading.dialect == "wfformat"
    assert not reading.findings
    assert [job.id for job in reading.jobs] == ["t1", "t2"]
    assert edges(reading) == {("t1", "t2")}
    assert reading.jobs[1].recorded.runtime_s == 3.5
    assert reading.workflow.makespan_s == 7


def test_wfformat_comes_back(read):
    before = read(json.dumps(CURRENT), "w.json")
    assert before.workflow.bytes == 5
    written = write_jobs(before.workflow, "wfformat")
    assert written.losses == ()
    assert read(written.text, "w.json").workflow == before.workflow


@pytest.mark.parametrize(("text", "name"), [(DOT, "d.dot"), (json.dumps(D3DAG), "d.json")])
def test_snakemake_graphs(read, text, name):
    reading = read(text, name)
    assert (reading.dialect, reading.errors) == ("snakemake", ())
    assert edges(reading) == {("1", "0")}
    assert reading.jobs[1].name.split()[0] == "map"


def test_cwl_steps_wait_for_the_steps_whose_outputs_they_take(read):
    reading = read(json.dumps(CWL), "packed.cwl")
    assert (reading.dialect, reading.findings) == ("cwl", ())
    assert edges(reading) == {("map", "sort")}
    mapper = reading.jobs[1]
    assert (mapper.cpus_per_task, mapper.memory_per_node_mib) == (8, 4096)
    assert mapper.steps[0].argv == ("bwa", "mem")


def test_cwl_as_yaml(read):
    text = "cwlVersion: v1.2\nclass: CommandLineTool\nid: one\nbaseCommand: [echo, hi]\n"
    (job,) = read(text, "tool.cwl").jobs
    assert job.steps[0].argv == ("echo", "hi")


def test_a_chain_of_submissions_is_a_workflow(read):
    reading = read(CHAIN)
    assert (reading.dialect, reading.errors) == ("slurm-chain", ())
    assert [job.name for job in reading.jobs] == ["make", "use", "clean.sh"]
    assert reading.jobs[2].time_limit_s == 300
    assert reading.jobs[2].dependencies == (
        Dependency(kind="afterany", job="job1"),
        Dependency(kind="afterany", job="job2"),
        Dependency(kind="singleton"),
    )
    assert edges(reading) == {("job1", "job2"), ("job1", "job3"), ("job2", "job3")}


def test_a_workflow_written_for_sbatch_has_the_same_edges(read):
    before = read(json.dumps(CURRENT), "w.json")
    again = read(write_jobs(before.workflow, "sbatch").text, "submit.sh")
    assert (again.dialect, again.errors) == ("slurm-chain", ())
    assert [job.name for job in again.jobs] == ["make", "use"]
    assert edges(again) == {("job1", "job2")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parents": ["t2"]}, "circular dependencies"),
        ({"parents": ["t9"]}, "which is not in the file"),
        ({"id": "t2"}, "occurs 2 times"),
        ({"inputFiles": "x"}, "should be a list"),
    ],
)
def test_a_broken_graph_is_refused(read, change, message):
    document = json.loads(json.dumps(CURRENT))
    document["workflow"]["specification"]["tasks"][0] |= change
    reading = read(json.dumps(document), "w.json")
    assert any(message in error.message for error in reading.errors)


TOTALS = [3781, 8808, 139_175_194_123]
"""Tasks, edges and bytes, counted with another program."""
TRACE_ROWS = 5955

INSTANCES = {
    "helloworld_helloworld-chain-5-chameleon": (5, 4, 100000002),
    "makeflow_bwa_bwa-chameleon-large-005": (1004, 4000, 56793083),
    "nextflow_rnaseq-dirt02-001": (197, 451, 290795168),
    "pegasus_1000genome_1000genome-chameleon-22ch-100k-001": (572, 836, 42051190954),
    "pegasus_montage_montage-chameleon-dss-05d-001": (58, 114, 2795142706),
    "pegasus_srasearch_srasearch-chameleon-30a-005": (64, 92, 41766642595),
}


@pytest.mark.parametrize("name", INSTANCES)
def test_recorded_instances_have_their_tasks_edges_and_bytes(data: Path, name):
    reading = read_jobs(data / "wf" / "wfinstances" / f"{name}.json.gz")
    workflow = reading.workflow
    assert not reading.findings
    assert (len(workflow.jobs), workflow.edges, workflow.bytes) == INSTANCES[name]


def test_all_recorded_instances_add_up(data: Path):
    found = [read_jobs(path) for path in sorted((data / "wf" / "wfinstances").glob("*.json.gz"))]
    assert all(reading.valid for reading in found)
    totals = [(len(r.jobs), r.workflow.edges, r.workflow.bytes) for r in found]
    assert [sum(column) for column in zip(*totals, strict=True)] == TOTALS


def test_an_instance_in_1_4_has_the_edges_and_bytes_that_it_has_in_1_5(data: Path):
    pairs = {
        "makeflow-instances_bwa_chameleon-cloud_bwa-chameleon-small-001": (
            "makeflow_bwa_bwa-chameleon-small-001"
        ),
        "pegasus-instances_1000genome_chameleon-cloud_1000genome-chameleon-2ch-100k-001": (
            "pegasus_1000genome_1000genome-chameleon-2ch-100k-001"
        ),
    }
    for older, current in pairs.items():
        one = read_jobs(data / "wf" / "older" / f"{older}.json.gz").workflow
        other = read_jobs(data / "wf" / "wfinstances" / f"{current}.json.gz").workflow
        assert (len(one.jobs), one.edges, one.bytes) == (len(other.jobs), other.edges, other.bytes)


def test_traces_of_nextflow_add_up(data: Path):
    paths = [p for p in sorted((data / "nftrace").rglob("*")) if p.is_file()]
    found = [read_jobs(path) for path in paths]
    assert all((r.dialect, r.findings) == ("nextflow", ()) for r in found)
    assert len(found) == 28
    assert sum(len(r.jobs) for r in found) == TRACE_ROWS


def test_a_trace_takes_the_exact_one_of_two_columns_of_a_name(read):
    text = (
        "task_id\thash\tname\tstatus\trealtime\tpeak_rss\t%cpu\trealtime\tpeak_rss\n"
        "8\t61/2203\tfast (8)\tCOMPLETED\t16.5s\t1.4 GB\t119.0%\t16537\t1531695104\n"
    )
    (job,) = read(text, "trace.txt").jobs
    assert (job.recorded.runtime_s, job.recorded.memory_bytes) == (16.537, 1531695104)
    assert job.recorded.cpu_percent == 119.0
