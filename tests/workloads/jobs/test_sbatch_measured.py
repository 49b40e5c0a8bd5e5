"""Two thousand scripts given to a real sbatch 22.05 whose sixteen nodes were busy: what it said.

`data/sbatch-22.05.json`: a row has a `directive` (of an else plain script) or a `script`, `args`
and `env` beside it, and what was `read` (sbatch's own list of options, the job's name and array as
the controller showed them) or the last line with which it was `refused`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workloads.jobs import Source, read_text
from workloads.jobs.findings import Findings
from workloads.jobs.slurm.conf import Cluster, read_conf
from workloads.jobs.writing import write_jobs

from .conftest import NOW
from .test_sbatch_oracle import expected_of

CASES = json.loads((Path(__file__).parent / "data" / "sbatch-22.05.json").read_text())
CONF = """ClusterName=truth
MaxArraySize=10001
NodeName=node[01-16] CPUs=4 CoresPerSocket=4 RealMemory=16000
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE
"""
NO_MOST = "--nodes=2-0"
"""A maximum of none, which here is no maximum: None, and not 0."""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return read_conf(Source("slurm.conf", CONF.encode()), Findings())


def read(case: dict, cluster: Cluster):
    script = case.get("script", f"#!/bin/bash\n#SBATCH {case.get('directive')}\nsleep 1\n")
    data = _numbered(script).encode("utf-8", "surrogateescape")
    return read_text(
        Source("case.sh", data),
        cluster=cluster,
        arguments=[_numbered(word) for word in case.get("args", ())],
        environment=case.get("env", {}),
        now=NOW,
    )


def _numbered(text: str) -> str:
    return text.replace("{DEP2}", "1002").replace("{DEP}", "1001")


def test_accepted_and_refused_alike(cluster):
    wrong = [case for case in CASES if read(case, cluster).valid != ("read" in case)]
    assert wrong == []


def test_read_alike(cluster):
    wrong = []
    for case in (c for c in CASES if c.get("read", {}).keys() - {"components"}):
        job, said = read(case, cluster).jobs[0], case["read"]
        expected = expected_of(said, said["name"]) | {"array": said.get("array")}
        for field, value in expected.items():
            found = getattr(job, field)
            found = found.text if field == "array" and found else found
            if found != value and not (field == "nodes_max" and NO_MOST in str(case)):
                wrong.append((case, field, value, found))
    assert wrong == []


def test_components_alike(cluster):
    cases = [c for c in CASES if "components" in c.get("read", {})]
    assert [len(read(c, cluster).jobs) for c in cases] == [c["read"]["components"] for c in cases]
    assert len(cases) > 20


def test_written_and_read_again_it_is_the_same_job(cluster):
    changed = []
    for case in (c for c in CASES if "read" in c):
        before = read(case, cluster)
        written = write_jobs(before.workflow, "sbatch")
        again = read_text(
            Source("case.sh", written.text.encode("utf-8", "surrogateescape")), now=NOW
        )
        if written.losses or again.jobs != before.jobs:
            changed.append((case, written.losses, written.text))
    assert changed == []
