"""Every real script, task and document: read without a traceback, and in all what they ask for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from workloads.errors import InputError
from workloads.jobs import Reading, read_cluster, read_jobs

VALID = {"lsf": (6, 0), "pbs": (4, 5), "sbatch": (29, 8), "tes": (54, 0), "jsdl": (4, 1)}
"""Files that are right and files that are wrong (templates, cut out of pages), by dialect."""


@pytest.fixture(scope="module")
def readings(data: Path) -> list[Reading]:
    folders = ("slurm", "pbs", "lsf", "jsdl", "tes")
    paths = [path for name in folders for path in sorted((data / "scripts" / name).iterdir())]
    return [read_jobs(path) for path in paths if path.suffix != ".yaml"]


def test_every_file_is_read_in_its_dialect(readings):
    found = Counter((r.dialect, r.valid) for r in readings)
    dialects = sorted({r.dialect for r in readings})
    assert {d: (found[d, True], found[d, False]) for d in dialects} == VALID


TIME_S, NODES, ELEMENTS, FILES = 206_700, 2587, 172, 23


def test_what_they_ask_for_in_all(readings):
    jobs = [job for r in readings if r.valid for job in r.jobs]
    assert len(jobs) == sum(right for right, _ in VALID.values())
    assert sum(job.time_limit_s or 0 for job in jobs if job.time_limit_s) == TIME_S
    assert sum(job.nodes_min or 0 for job in jobs) == NODES
    assert sum(job.array.size for job in jobs if job.array) == ELEMENTS
    assert sum(len(job.inputs) + len(job.outputs) for job in jobs) == FILES


def test_what_is_no_job_description_is_told(data: Path):
    with pytest.raises(InputError, match="not recognised as a job description"):
        read_jobs(data / "scripts" / "tes" / "spec_openapi_task_execution_service.openapi.yaml")
    for path in sorted((data / "scripts" / "slurmconf").iterdir()):
        try:
            assert not read_jobs(path).valid
        except InputError:
            continue


CONF_NODES = {f"test7.17.{n}_slurm.conf": 10 for n in range(1, 8)} | {
    "133_testcase3_slurm.conf": 400
}


def test_real_configurations_have_their_nodes(data: Path):
    folder = data / "scripts" / "slurmconf"
    nodes = {
        path.name: len(read_cluster(path).node_names)
        for path in sorted(folder.iterdir())
        if path.name.endswith("slurm.conf")
    }
    assert nodes == CONF_NODES
    oracle = read_cluster(data / "slurm" / "oracle_slurm.conf")
    assert (oracle.name, len(oracle.node_names), oracle.max_array_size) == ("truth", 16, 10001)
