"""Each reader fed with broken descriptions: mistakes are told, nothing else is ever raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.errors import InputError
from workloads.jobs import Source, read_text
from workloads.jobs.findings import Findings
from workloads.jobs.registry import dialects
from workloads.jobs.slurm.conf import read_conf
from workloads.jobs.writing import write_jobs

from .conftest import NOW
from .test_dialects import JSDL, LSF, PBS, SBATCH, TES, TOML
from .test_sbatch_rules import CONF
from .test_workflows import CHAIN, CURRENT, CWL, D3DAG, DOT, OLDER

PSIJ = json.dumps(
    {
        "type": "JobSpec",
        "data": {
            "executable": "/bin/date",
            "arguments": ["-u"],
            "environment": {"A": "1"},
            "resources": {"node_count": 2, "processes_per_node": 4, "exclusive_node_use": True},
            "attributes": {"duration": "1 day, 2:03:04", "custom_attributes": {"x": "y"}},
        },
    }
)
DRMAA2 = json.dumps(
    {
        "remoteCommand": "/bin/date",
        "args": ["-u"],
        "minSlots": 2,
        "maxSlots": 4,
        "minPhysMemory": 1024,
        "startTime": "2030-01-02T03:04:05",
        "resourceLimits": {"WALLCLOCK_TIME": "60"},
        "stageInFiles": {"a": "b"},
    }
)
TRACE = (
    "task_id\tstatus\tname\tsubmit\trealtime\t%cpu\tcpus\tmemory\n"
    "1\tCOMPLETED\tx\t2015-05-11 16:28:06.747\t1h 2m\t97 %\t2\t4 GB\n"
)
SEEDS = {
    "sbatch": [
        SBATCH,
        "#!/bin/sh\n#SBATCH hetjob\n#SBATCH -w n[1-3] -a [1-9:2]%3 -d after:1_2+3\n:",
    ],
    "slurm-chain": [CHAIN],
    "pbs": [PBS, "#PBS -l nodes=2:ppn=3+n1:gpus=2,pmem=3kb -W depend=on:3,stagein=a@b\nx\n"],
    "lsf": [LSF, '#BSUB -R "select[a>1] span[hosts=1]" -w "exit(1,>2)||started(x)" -gpu num=2\nx'],
    "jsdl": [JSDL],
    "tes": [TES],
    "psij": [PSIJ],
    "drmaa2": [DRMAA2],
    "toml": [TOML],
    "wfformat": [json.dumps(CURRENT), json.dumps(OLDER)],
    "nextflow": [TRACE, TRACE.replace("\t", ",")],
    "snakemake": [DOT, json.dumps(D3DAG)],
    "cwl": [
        json.dumps(CWL),
        "cwlVersion: v1.2\nclass: Workflow\nsteps:\n  a: {in: {x: b/y}, run: z}\n",
    ],
}
CLUSTER = read_conf(Source("slurm.conf", CONF.encode()), Findings())
TARGETS = ("sbatch", "pbs", "lsf", "tes", "jsdl", "wfformat", "toml")
ODD = """
0 -1 9999999999999999999999999 1e999 NaN null [] {} " ' \\ % $ # : , = - -- [ ]
\ufeff \u202e ٣ ² 1.5
true #SBATCH #PBS #BSUB && now+ 1- [1- <a> </
"""
WORDS = st.sampled_from(
    ["", "\0", "\n", "\r\n", "\ud800", "#SBATCH --", "#PBS -l ", "#BSUB -", "x" * 300, *ODD.split()]
)


@st.composite
def broken(draw: st.DrawFn, seeds: list[str]) -> str:
    """A seed with a few pieces cut out, put in, or doubled."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.sampled_from([0, 0, 1, 2, 5, 20, 200])))
        piece = draw(st.one_of(WORDS, st.text(max_size=6), st.just(text[at:end] * 2)))
        text = text[:at] + piece + text[end:]
    return text


def check(text: str, dialect: str | None) -> None:
    data = text.encode("utf-8", "surrogatepass")
    try:
        reading = read_text(Source("a.txt", data), dialect=dialect, now=NOW)
    except InputError:
        assert dialect is None
        return
    assert reading.jobs or reading.errors
    assert not any("Value error" in error.message for error in reading.errors) or dialect == "toml"
    read_text(Source("a.txt", data), dialect=dialect, now=NOW, cluster=CLUSTER)
    for finding in reading.findings:
        assert finding.message
        assert finding.text("a.txt").count("\n") <= 1 or finding.hint
    if reading.jobs:
        for target in TARGETS:
            write_jobs(reading.workflow, target)


@pytest.mark.parametrize("dialect", SEEDS)
@settings(max_examples=60)
@given(st.data())
def test_a_broken_description_is_only_wrong(dialect, data):
    check(data.draw(broken(SEEDS[dialect])), dialect)


@settings(max_examples=60)
@given(broken([seed for seeds in SEEDS.values() for seed in seeds]))
def test_a_broken_description_of_an_unknown_dialect_is_only_wrong(text):
    check(text, None)


@settings(max_examples=60)
@given(broken([CONF]))
def test_a_broken_slurm_conf_is_still_a_cluster(text):
    data = text.encode("utf-8", "surrogatepass")
    cluster = read_conf(Source("slurm.conf", data), Findings())
    read_text(Source("a.sh", SBATCH.encode()), cluster=cluster, now=NOW)


def test_every_dialect_is_fuzzed():
    assert SEEDS.keys() == dialects().keys()


@pytest.mark.slow
@pytest.mark.parametrize("dialect", SEEDS)
@settings(max_examples=20_000, derandomize=False)
@given(st.data())
def test_a_broken_description_is_only_wrong_however_long_one_looks(dialect, data):
    check(data.draw(broken(SEEDS[dialect])), dialect)
