"""Hostile files: refused clearly, with bounded time and memory, and nothing is opened or run."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc

import pytest

from workloads.errors import InputError
from workloads.jobs import Source, read_jobs, read_source, read_text
from workloads.jobs.slurm.conf import Cluster, Partition
from workloads.jobs.source import MOST_BYTES
from workloads.jobs.writing import write_jobs

LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<JobDefinition><JobDescription>&c;</JobDescription></JobDefinition>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<JobDefinition><JobDescription><JobName>&f;</JobName></JobDescription></JobDefinition>"""
ALIASES = "cwlVersion: v1.2\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE])
def test_entities_are_never_expanded(read, text):
    reading = read(text, "bomb.jsdl")
    assert [e.message for e in reading.errors] == ["document types and entities are refused"]
    assert reading.jobs == ()


def test_a_utf_16_document_type_is_refused_as_well(read):
    reading = read(LAUGHS.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"), "b.jsdl")
    assert not reading.valid


def test_aliases_are_refused(read):
    assert [e.message for e in read(ALIASES, "x.cwl").errors] == ["YAML aliases are refused"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"executors": ' + "[" * 100_000 + "]" * 100_000 + "}", "a.tes"),
        ('{"workflow": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}", "a.json"),
        ("<JobDefinition>" + "<a>" * 100_000 + "</a>" * 100_000 + "</JobDefinition>", "a.jsdl"),
        ("cwlVersion: " + "[" * 20_000 + "]" * 20_000, "a.cwl"),
        ("[job]\nname = " + "[" * 20_000 + "]" * 20_000, "a.toml"),
    ],
)
def test_deep_nesting_is_one_clear_mistake(read, text, name):
    reading = read(text, name)
    assert not reading.valid
    assert reading.jobs == () or name == "a.tes"


def test_a_file_of_100_mb_is_refused_without_reading_it_whole(tmp_path):
    path = tmp_path / "big.json"
    with path.open("wb") as stream:
        stream.write(b'{"workflow": "')
        stream.truncate(100 * 2**20)
    tracemalloc.start()
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_jobs(path)
    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES + 2**20
    tracemalloc.stop()


def test_a_zip_bomb_is_cut_off(tmp_path):
    path = tmp_path / "bomb.json.gz"
    block = gzip.compress(b"0" * 2**24, 9)
    path.write_bytes(block * 64)
    started = time.process_time()
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_jobs(path)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["0-999999", "0-999999999999", "0-4000000:1", "1-99999999%5"])
def test_an_array_of_a_million_is_refused(sbatch, text):
    (error,) = sbatch(f"--array={text}").errors
    assert error.option == "--array"


@pytest.mark.parametrize("options", ["-w n[0-99999999]", "-w n[1-9999][1-9999]", "-x n[[1-2]]"])
def test_a_node_list_that_explodes_is_refused(sbatch, options):
    (error,) = sbatch(options).errors
    assert error.message.startswith("Invalid node name specified")


def test_paths_and_commands_are_text(read, sbatch, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = sbatch('-o "../../../../etc/cron.d/x" -J "$(touch pwned); `touch pwned`"').jobs[0]
    assert job.stdout == "../../../../etc/cron.d/x"
    assert job.name == "$(touch pwned); `touch pwned`"
    read("sbatch -d afterok:1 $(touch pwned)\nsbatch `touch pwned`\n")
    assert list(tmp_path.iterdir()) == []


def test_a_name_cannot_leave_its_line_when_written(read):
    text = '[job]\nname = "a\\n#SBATCH --uid=root\\n"\nscript = "true"\n'
    job = read(text, "a.toml").workflow
    for target in ("sbatch", "pbs", "lsf"):
        lines = write_jobs(job, target).text.split("\n")
        assert not any(line.startswith("#SBATCH --uid") for line in lines)


def test_a_heredoc_cannot_be_ended_by_its_script(read):
    script = "true\nEND_OF_JOB\nrm -rf ~\n"
    rows = [{"id": i, "name": i, "script": script + i} for i in ("a", "b")]
    text = "\n".join(
        "[[jobs]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in r.items()) for r in rows
    )
    written = write_jobs(read(text, "a.toml").workflow, "sbatch").text
    again = read(written, "submit.sh")
    assert [job.script for job in again.jobs] == [script + i + "\n" for i in ("a", "b")]


@pytest.mark.parametrize("name", ["/no/such", "", "\0", "/dev/zero", "/", "a" * 5000])
def test_what_cannot_be_read_is_told_without_a_traceback(name):
    with pytest.raises(InputError):
        read_source(name)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\xff\xfe",
        b"#!",
        b"{",
        b"[]",
        b"null",
        b"<",
        b"%PDF-1.4",
        b"PK\3\4",
        b"\x1f\x8b",
    ],
)
def test_odd_bytes_are_refused_or_wrong(data):
    for name in ("x", "x.sh", "x.json", "x.jsdl", "x.toml", "x.pbs", "x.cwl", "x.dot", "x.tes"):
        try:
            reading = read_text(Source(name, data))
        except InputError:
            continue
        assert not reading.valid or reading.dialect in ("pbs", "lsf", "sbatch")


@pytest.mark.parametrize("name", ["a.sh", "a.pbs", "a.lsf"])
def test_bytes_that_are_no_text_stay_what_they_are(read, name):
    data = b'#!/bin/sh\n#SBATCH -J "\xff"\n#PBS -q \xff\n#BSUB -q \xff\ntrue \xff\n'
    reading = read(data, name, cluster=Cluster(partitions=(Partition("p", frozenset()),)))
    assert "\udcff" in (reading.jobs[0].name or "") + (reading.jobs[0].partition or "")
    text = write_jobs(reading.workflow, reading.dialect).text
    assert b"true \xff\n" in text.encode("utf-8", "surrogateescape")


def test_a_circle_of_ten_thousand_is_found_quickly(read):
    tasks = [
        {"name": f"t{i}", "id": f"t{i}", "parents": [f"t{(i + 1) % 10_000}"]} for i in range(10_000)
    ]
    document = {"schemaVersion": "1.5", "workflow": {"specification": {"tasks": tasks}}}
    started = time.process_time()
    (error,) = read(json.dumps(document), "w.json").errors
    assert error.message.startswith("circular dependencies")
    assert time.process_time() - started < 5


def test_a_list_of_mistakes_has_an_end(read):
    text = "#!/bin/sh\n" + "#SBATCH --foo\n" * 100_000
    assert len(read(text).findings) == 200


def test_half_of_a_surrogate_pair_is_no_character(read):
    text = '{"name": "\\uD800", "executors": [{"image": "i", "command": ["x"]}]}'
    (error,) = read(text, "a.tes").errors
    assert error.message == "not JSON: \\ud800 is half of a surrogate pair and no character"
    whole = read(text.replace("\\uD800", "\\ud83d\\ude00"), "a.tes")
    assert whole.jobs[0].name == "\U0001f600"
