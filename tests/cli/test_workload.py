"""`hpcsim workload`, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LINE = "1 0 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 1 -1 -1 -1\n"
TRACE = f"; MaxProcs: 8\n{LINE}2 100{LINE[3:]}"


def hpcsim(*words):
    command = [sys.executable, "-c", "from hpcsim.cli import main; main()", "workload", *words]
    return subprocess.run([str(w) for w in command], capture_output=True, text=True, timeout=60)


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "trace.swf"
    path.write_text(TRACE)
    return path


def test_describe_as_json(trace):
    done = hpcsim("describe", trace, "--json")
    figures = json.loads(done.stdout)
    assert done.returncode == 0
    assert (figures["jobs"], figures["machine_cores"], figures["users"]) == (2, 8, 1)
    assert figures["offered_load"] == pytest.approx(2 * 4 * 10 / (8 * 100))
    assert figures["estimates"]["mean_accuracy"] == 0.5
    assert figures["runtime_s"]["p50"] == 10
    assert figures["repairs"] == []


def test_describe_for_people_fits_eighty_columns(trace):
    done = hpcsim("describe", trace)
    assert "offered_load" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_describe_a_generator():
    done = hpcsim("describe", "lublin:jobs=100,cores=64", "--json")
    assert json.loads(done.stdout)["jobs"] == 100


def test_convert_tells_what_has_no_place(trace, tmp_path):
    done = hpcsim("convert", trace, tmp_path / "t.json", "--json")
    told = json.loads(done.stdout)
    assert (told["jobs"], told["lost"]) == (2, ["user", "group", "queue", "recorded_status"])
    assert "has no place" in done.stderr


def test_generate_and_read_again(tmp_path):
    out = tmp_path / "w.swf.gz"
    done = hpcsim("generate", "lublin", "--days", 30, "--load", 0.7, "--cores", 256, out)
    assert done.returncode == 0
    assert done.stdout == ""
    figures = json.loads(hpcsim("describe", out, "--json").stdout)
    assert figures["offered_load"] == pytest.approx(0.7, rel=0.005)
    assert (figures["span_days"], figures["machine_cores"]) == (30, 256)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("describe", "none.swf"), "no such file"),
        (("generate", "lublin:dayz=3", "w.swf"), "did you mean days"),
        (("generate", "lublin", "--days", "3", "w.exe"), "chooses the format"),
        (("generate", "lublin", "--days", "3", "none/w.swf"), "cannot write"),
    ],
)
def test_a_mistake_is_one_message_and_status_2(tmp_path, words, said):
    words = [tmp_path / w if "." in w and ":" not in w else w for w in words]
    done = hpcsim(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_strict_names_every_repair(trace):
    trace.write_text(TRACE + "3 50 -1 10 -1 -1 -1 4 -1 -1 1 3 1 -1 1 -1 -1 -1\n")
    done = hpcsim("describe", trace, "--strict")
    assert done.returncode == 2
    assert done.stderr.count("strict reading") == 2


@pytest.mark.parametrize("command", ["describe", "convert", "generate"])
def test_help_has_examples_that_are_commands(command):
    done = hpcsim(command, "--help")
    assert done.returncode == 0
    assert f"hpcsim workload {command}" in done.stdout
