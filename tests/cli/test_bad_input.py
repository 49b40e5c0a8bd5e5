"""Whatever is handed in: one clear message, status 2, no traceback, nothing left behind."""

from __future__ import annotations

import gzip

import pytest

from .conftest import LINE

GOOD = "; MaxProcs: 8\n" + LINE.format(id=1, submit=0, run=10, cores=4, limit=20)


def packed_and_cut(text):
    return gzip.compress((text * 500).encode(), mtime=0)[:60]


FILES = {
    "a truncated gzip": ("t.swf.gz", packed_and_cut(GOOD), "ends too early", "download it again"),
    "a binary file": ("t.swf", bytes(range(256)) * 20, "not a text file", "name a trace"),
    "a negative time": ("t.swf", GOOD + LINE.format(id=2, submit=-50, run=1, cores=1, limit=1),
                        "t.swf:3: negative submit time (found '-50')", "since the start"),
    "an endless line": ("t.swf", "1 " * 500_000, "t.swf:1: the line is too long", "65,536"),
    "an empty file": ("t.swf", "", "the trace is empty", "at least one job"),
    "a header alone": ("t.swf", "; MaxProcs: 8\n", "the trace is empty", "at least one job"),
    "only jobs that do not fit": ("t.swf", GOOD.replace("MaxProcs: 8", "MaxProcs: 2"),
                                  "job 1 is larger than the machine", "MaxProcs"),
    "a broken workload of Batsim": ("t.json", '{"jobs": [', "t.json", ""),
    "a table without columns": ("t.csv", "a,b\n1,2\n", "t.csv", "submit_s"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("command", ["simulate", "compare"])
def test_a_bad_trace(hpcsim, tmp_path, kind, command):
    name, content, *said = FILES[kind]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(hpcsim(command, path, "--out", tmp_path / "run"), *said)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


OPTIONS = {
    "--policy esay": ["no such policy (found 'esay')", "did you mean easy", "hpcsim policies"],
    "--cycle often": ["no such cycle (found 'often')", "event, instant"],
    "--cycle 0": ["no such cycle"],
    "--cycle -3": ["no such cycle"],
    "--estimates guess": ["no such estimates (found 'guess')", "user-average"],
    "--load 0": ["no such load", "0.85"],
    "--load -1": ["no such load"],
    "--load nan": ["no such load"],
    "--cores 0": ["at least one core (found '0')"],
    "--cores 3000000000": ["1 to 2,147,483,647"],
    "--cores 2": ["job 1 first (found '4 cores')", "2 cores", "--cores 4 or more", "drop"],
    "--cores 2 --oversized drop": ["job 1 first", "--cores 4 or more"],
    "--oversized maybe": ["error or drop"],
    "--seed -1": ["whole number from 0 (found '-1')"],
    "--policy conservative --cycle 30": ["a cycle does not apply", "easy"],
    "--cores many": ["--cores"],
    "--frobnicate": ["--frobnicate"],
}


@pytest.mark.parametrize("words", OPTIONS)
@pytest.mark.parametrize("command", ["simulate", "compare"])
def test_a_bad_option(hpcsim, good, command, words):
    refused(hpcsim(command, good, "--out", good.parent / "run", *words.split()), *OPTIONS[words])
    assert [entry.name for entry in good.parent.iterdir()] == ["good.swf"]


@pytest.mark.parametrize("words", ["--warmup nan", "--warmup -1", "--cooldown inf", "--warmup 99"])
def test_times_that_cannot_be_left_out(hpcsim, good, words):
    refused(hpcsim("simulate", good, *words.split()), "warm-up" if "warm" in words else "cool-down")


def test_all_mistakes_at_once(hpcsim, tmp_path):
    words = "lubin:days=9 --policy esay --cores 0 --load 0 --seed -1 --oversized x --out /dev/null"
    done = refused(hpcsim("simulate", *words.split()))
    for said in ("'esay'", "at least one core", "no such load", "seed", "drop", "is a file"):
        assert said in done.err
    refused(hpcsim("simulate", "lubin:days=9"), "nor such a generator", "did you mean lublin?")
    refused(hpcsim("compare", "x.swf", "--policy", "a", "--policy", "b"), "'a'", "'b'", "no such f")


@pytest.mark.parametrize("out", ["good.swf", "good.swf/run", "/proc/run", "/dev/null", "taken"])
@pytest.mark.parametrize("command", ["simulate", "compare"])
def test_a_folder_that_cannot_be_written(hpcsim, good, monkeypatch, command, out):
    monkeypatch.chdir(good.parent)
    (good.parent / "taken/easy").mkdir(parents=True)
    (good.parent / "taken/easy/thesis.tex").write_text("three years of work")
    refused(hpcsim(command, good, "--out", out), out, "choose")
    assert (good.parent / "taken/easy/thesis.tex").exists()
    assert sorted(entry.name for entry in good.parent.iterdir()) == ["good.swf", "taken"]
    assert good.read_text() == GOOD


@pytest.mark.parametrize("words", ["", "simulate", "simulate a b", "frobnicate", "policies --x"])
def test_a_command_that_is_none(hpcsim, words):
    done = hpcsim(*words.split())
    assert done.status == 2
    assert "Traceback" not in done.err


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.swf"
    path.write_text(GOOD)
    return path


def refused(done, *said):
    assert done.status == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "compiling" not in done.err.partition("error:")[2]
    for text in said:
        assert text in done.err.replace("\n│ ", " "), done.err
    return done
