"""What a real sbatch made of several hundred scripts, and the way there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workloads.jobs import JobDescription, Reading, Source, read_cluster, read_text
from workloads.jobs.slurm.amounts import mebibytes
from workloads.jobs.slurm.times import INFINITE
from workloads.jobs.writing import write_jobs

from .conftest import NOW

COUNTS = {
    "ntasks": "tasks",
    "ntasks-per-node": "tasks_per_node",
    "cpus-per-task": "cpus_per_task",
    "nice": "nice",
}
TEXTS = ("partition", "qos", "account", "constraint", "licenses", "nodelist", "exclude", "comment")


@pytest.fixture(scope="module")
def cases(data: Path) -> list[dict]:
    return json.loads((data / "slurm" / "sbatch_oracle.json").read_text())


@pytest.fixture(scope="module")
def cluster(data: Path):
    # alice is a user of that machine; slurm.conf does not say so.
    return replace(
        read_cluster(data / "slurm" / "oracle_slurm.conf"), users=frozenset({"root", "alice"})
    )


def _read(case: dict, cluster) -> Reading:
    text = case["script"].replace("{DEP2}", "1002").replace("{DEP}", "1001")
    arguments = case["args"][: case["args"].index("case.sh")]
    return read_text(
        Source("case.sh", text.encode()),
        cluster=cluster,
        arguments=arguments,
        environment=case["env"],
        now=NOW,
    )


def _minutes(text: str) -> int:
    """`D-HH:MM:SS` as minutes, without the overflow that sbatch has."""
    if text == "UNLIMITED":
        return INFINITE
    days, _, clock = text.rpartition("-")
    hours, minutes, _ = clock.split(":")
    return int(days or 0) * 1440 + int(hours) * 60 + int(minutes)


def expected_of(asked: dict, name: str) -> dict:
    """The fields of the model that sbatch's own list of options stands for."""
    found: dict = {field: asked.get(field) for field in TEXTS}
    found |= {f: int(asked[k]) if k in asked else None for k, f in COUNTS.items()}
    found["name"] = name
    for key, field in (("mem", "memory_per_node_mib"), ("mem-per-cpu", "memory_per_cpu_mib")):
        found[field] = mebibytes(asked[key].rstrip("?")) if key in asked else None
    if "nodes" in asked:
        least, _, most = asked["nodes"].partition("-")
        found |= {"nodes_min": int(least), "nodes_max": int(most or least)}
    for key, field in (("time", "time_limit_s"), ("time-min", "time_min_s")):
        if key in asked:
            minutes = _minutes(asked[key])
            found[field] = None if minutes == INFINITE else minutes * 60
    return found


def test_accepts_and_refuses_what_sbatch_does(cases, cluster):
    wrong = [c["name"] for c in cases if _read(c, cluster).valid != c["accepted"]]
    assert not wrong
    assert len(cases) == 268


def test_reads_the_values_that_sbatch_read(cases, cluster):
    wrong = []
    for case in (c for c in cases if c["accepted"]):
        job = _read(case, cluster).jobs[0]
        expected = expected_of(case["client_options"], case["parsed"]["JobName"])
        shown = {f: (getattr(job, f), v) for f, v in expected.items()}
        wrong += [(case["name"], f, *pair) for f, pair in shown.items() if pair[0] != pair[1]]
    assert not wrong


def test_arrays_have_the_elements_that_the_controller_made(cases, cluster):
    arrays = [c for c in cases if c["accepted"] and "ArrayTaskId" in c["parsed"]]
    shown = {c["name"]: _read(c, cluster).jobs[0].array.text for c in arrays}
    assert shown == {c["name"]: c["parsed"]["ArrayTaskId"] for c in arrays}
    assert len(arrays) == 13


def test_a_refusal_names_the_option_that_sbatch_names(cases, cluster):
    """Where sbatch's own words contain an option or a value, ours do as well."""
    silent = []
    for case in (c for c in cases if not c["accepted"] and c["exit_code"]):
        theirs = case["stderr"].replace('Try "sbatch --help" for more information', "")
        first = _read(case, cluster).errors[0]
        ours = f"{first.option} {first.value} {first.message}"
        named = [w.strip("'\".,:") for w in theirs.split() if w.strip("'\"").startswith("--")]
        if named and not any(name.split("=")[0] in ours for name in named):
            silent.append((case["name"], theirs, ours))
    assert not silent


def test_components_of_a_heterogeneous_job_are_jobs(cases, cluster):
    case = next(c for c in cases if c["name"] == "hetjob")
    assert [job.tasks for job in _read(case, cluster).jobs] == [2, 4]


@pytest.mark.parametrize("dialect", ["sbatch", "toml"])
def test_written_and_read_again_it_is_the_same_job(cases, cluster, dialect):
    changed = []
    for case in (c for c in cases if c["accepted"]):
        before = _read(case, cluster)
        written = write_jobs(before.workflow, dialect)
        name = "case.sh" if dialect == "sbatch" else "case.toml"
        again = read_text(Source(name, written.text.encode()), now=NOW)
        if written.losses or again.jobs != before.jobs:
            changed.append((case["name"], written.losses, _difference(before.jobs, again.jobs)))
    assert not changed


def _difference(before: tuple[JobDescription, ...], after: tuple[JobDescription, ...]) -> list:
    fields = JobDescription.model_fields
    pairs = list(zip(before, after, strict=False))
    values = ((f, getattr(a, f), getattr(b, f)) for a, b in pairs for f in fields)
    return [value for value in values if value[1] != value[2]]
