"""PSI/J and DRMAA2: the same date printed twice."""

from __future__ import annotations

import json

import pytest

from .test_fuzz import DRMAA2, PSIJ


def test_a_psij_specification(read):
    reading = read(PSIJ, "job.json")
    (job,) = reading.jobs
    assert (reading.dialect, reading.findings) == ("psij", ())
    assert (job.nodes_min, job.tasks_per_node, job.tasks) == (2, 4, 8)
    assert (job.time_limit_s, job.exclusive) == (93_784, "exclusive")
    assert job.steps[0].argv == ("/bin/date", "-u")
    assert job.environment == (("A", "1"),)


@pytest.mark.parametrize(
    ("change", "option"),
    [
        (
            {"resources": {"node_count": 2, "processes_per_node": 2, "process_count": 5}},
            "resources",
        ),
        ({"attributes": {"duration": "soon"}}, "attributes.duration"),
        ({"executable": 5}, "executable"),
    ],
)
def test_a_wrong_psij_specification(read, change, option):
    document = {"executable": "x"} | change
    errors = read(json.dumps(document), "job.psij").errors
    assert [e.option for e in errors][:1] == [option]


def test_a_drmaa2_template(read):
    reading = read(DRMAA2, "job.json")
    (job,) = reading.jobs
    assert (reading.dialect, reading.findings) == ("drmaa2", ())
    assert (job.tasks, job.memory_per_node_mib, job.time_limit_s) == (2, 1, 60)
    assert job.begin == "2030-01-02T03:04:05"
    assert job.inputs[0].url == "b"


def test_slots_that_contradict_each_other(read):
    text = json.dumps({"remoteCommand": "x", "minSlots": 4, "maxSlots": 2})
    assert [e.option for e in read(text, "job.drmaa2").errors] == ["maxSlots"]
