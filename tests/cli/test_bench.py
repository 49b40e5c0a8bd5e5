"""`hpcsim bench` as a user types it."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from hpcsim.cli.app import app
from hpcsim.errors import InputError
from kernels.contract import Check
from kernels.harness import noise, results
from kernels.harness.statistics import summarize
from kernels.harness.store import Store

QUICK = ("--size", "tiny", "--repeat", "4", "--budget", "20")


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Runs `hpcsim bench ...` with a store of its own; gives status and output."""
    monkeypatch.setenv("HPCSIM_BENCH_STORE", str(tmp_path / "bench.sqlite"))

    def call(*arguments: str):
        done = CliRunner().invoke(app, ["bench", *arguments])
        if isinstance(done.exception, InputError):
            raise done.exception
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout

    return call


def test_list_names_kernels_and_suites(bench):
    status, text = bench("list", "--json")
    found = json.loads(text)
    assert status == 0
    assert {"mpi_latency", "file_write", "stream_triad"} <= {k["name"] for k in found["kernels"]}
    assert set(found["suites"]) == {"quick", "node", "genomics", "mpi", "io", "full"}


def test_a_sweep_is_measured_kept_and_shown(bench, tmp_path):
    status, text = bench("run", "stream_copy", "--param", "n=512,1024", *QUICK, "--json",
                         "--out", str(tmp_path / "out"))  # fmt: skip
    found = json.loads(text)
    assert status == 0
    assert [r["key"] for r in found["results"]] == [
        "stream_copy/tiny,n=512/t1", "stream_copy/tiny,n=1024/t1",
    ]  # fmt: skip
    assert all(r["status"] == "ok" and len(r["samples_s"]) == 4 for r in found["results"])
    kept = json.loads((tmp_path / "out" / "results.json").read_text())
    assert kept["fingerprint"]["processor"]["cores"] >= 1
    page = (tmp_path / "out" / "report.html").read_text()
    assert "stream_copy/tiny,n=1024/t1" in page


def test_all_mistakes_of_a_command_line_at_once(bench):
    with pytest.raises(InputError) as told:
        bench("run", "lu", "--threads", "x,0", "--param", "n=a", "--param", "k", "--suite", "node")
    assert [problem.message.partition(":")[0] for problem in told.value.problems] == [
        "--threads 'x'", "--threads '0'", "--param 'n=a'", "--param 'k'",
        "name kernels or a suite, not both (lu)",
        "--param goes with named kernels, not with a suite",
    ]  # fmt: skip


def test_unknown_names_and_sizes_at_once_with_the_nearest(bench):
    with pytest.raises(InputError) as told:
        bench("run", "stream_triat", "lu", "--size", "huge")
    first, second = (problem.message for problem in told.value.problems)
    assert "stream_triad" in first
    assert second == "lu has no size 'huge'; it has tiny, cache, memory"


@pytest.mark.parametrize("option", [("--repeat", "-1"), ("--budget", "nan"), ("--tight", "2")])
def test_numbers_that_mean_nothing_are_told(bench, option):
    with pytest.raises(InputError, match=option[0]):
        bench("run", "stream_copy", *option)


def test_a_wrong_kernel_has_no_figure_and_status_one(bench, monkeypatch):
    from kernels.memory.stream_copy import KERNEL

    wrong = Check(False, float("nan"), 0.0, "numbers")
    monkeypatch.setattr(type(KERNEL), "check", lambda *_: wrong)
    status, text = bench("run", "stream_copy", *QUICK)
    assert status == 1
    assert "wrong: numbers: not a number, allowed 0; no figure is reported" in text
    assert "B/s" not in text


def test_a_disturbed_machine_is_told_and_refused_when_asked(bench, monkeypatch):
    monkeypatch.setattr(noise.Watch, "disturbances", lambda self: ("others used 1.9 of 2 cores",))
    _, text = bench("run", "stream_copy", *QUICK)
    assert "DISTURBED" in text
    assert "others used 1.9 of 2 cores" in text
    monkeypatch.setattr(noise, "quiet", lambda: ("others used 1.9 of 2 cores now",))
    with pytest.raises(InputError, match="the machine is not quiet: others used"):
        bench("run", "stream_copy", *QUICK, "--strict")


def slower(result, times):
    """The same measurement, slower."""
    samples = tuple(times * each for each in result.samples_s)
    summary = summarize(samples)
    figure = results.quoted("bytes", result.work, summary)
    return replace(result, samples_s=samples, cpu_s=(), summary=summary, figure=figure)


def test_compare_and_history_say_a_regression_with_status_one(bench, tmp_path):
    steady = [1.0, 1.001, 1.002, 1.003, 1.004]
    bench("run", "stream_copy", *QUICK)
    with_store = Store(tmp_path / "bench.sqlite")
    session = with_store.session(-1)
    (first,) = with_store.results(session.id)
    base = replace(first, samples_s=tuple(s * 1e-3 for s in steady))
    for number, times in enumerate([1.0, 1.002, 0.999, 1.001, 1.0, 1.001, 1.2, 1.2, 1.2]):
        again = with_store.begin(f"run {number}", session.fingerprint)
        with_store.keep(again, slower(base, times))
        with_store.finish(again, ())
    assert bench("compare", "2", "3")[0] == 0
    status, text = bench("compare", "7", "8")
    assert status == 1
    assert "SLOWER" in text
    status, text = bench("history")
    assert status == 1
    assert "REGRESSION" in text


def test_sessions_of_two_machines_are_said_to_be(bench, tmp_path):
    bench("run", "stream_copy", *QUICK)
    kept = Store(tmp_path / "bench.sqlite")
    session = kept.session(-1)
    (result,) = kept.results(session.id)
    other = replace(session.fingerprint, memory_gib=1234.0)
    kept.keep(kept.begin("elsewhere", other), slower(result, 2.0))
    status, text = bench("compare")
    assert status == 0
    assert "DIFFERENT MACHINES" in text
    assert "memory gib" in text


def test_export_in_every_format(bench, tmp_path):
    bench("run", "stream_copy", "mpi_latency", "--ranks", "1", *QUICK)
    assert json.loads(bench("export")[1])["results"][0]["kernel"] == "stream_copy"
    rows = list(csv.DictReader(io.StringIO(bench("export", "--format", "csv")[1])))
    assert [row["status"] for row in rows] == ["ok", "skipped"]
    suite = ElementTree.fromstring(bench("export", "--format", "junit")[1])
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("2", "1", "0")
    file = tmp_path / "expected.toml"
    bench("export", "--format", "reference", "--out", str(file))
    text = file.read_text()
    assert '"stream_copy/tiny/t1" = { value = ' in text
    with pytest.raises(InputError, match="no format 'jason'"):
        bench("export", "--format", "jason")


def test_a_missed_reference_is_status_one(bench, tmp_path):
    file = tmp_path / "expected.toml"
    file.write_text('[any]\n"stream_copy/tiny/t1" = { value = 1e20, unit = "B/s", lower = -0.1 }\n')
    status, text = bench("run", "stream_copy", *QUICK, "--reference", str(file))
    assert status == 1
    assert "NOT as expected" in text
    file.write_text('[any]\n"stream_copy/tiny/t1" = { value = 1.0, unit = "B/s", lower = -0.1 }\n')
    assert bench("run", "stream_copy", *QUICK, "--reference", str(file))[0] == 0


def test_a_bad_file_of_references_is_told(bench, tmp_path):
    file = tmp_path / "expected.toml"
    file.write_text('[any]\nlu = { value = -1, unit = "B/s", lower = 0.1 }\n')
    with pytest.raises(InputError) as told:
        bench("run", "stream_copy", "--reference", str(file))
    assert [p.message.partition("expected.toml: ")[2][:14] for p in told.value.problems] == [
        "any.lu.value: ", "any.lu.lower: ",
    ]  # fmt: skip


def test_import_is_a_session_like_others(bench, tmp_path):
    file = tmp_path / "osu.txt"
    file.write_text("# OSU MPI Latency Test v7.4\n# Size          Latency (us)\n0 1.5\n8 1.75\n")
    assert bench("import", str(file))[0] == 0
    found = json.loads(bench("export")[1])["results"]
    assert [r["figure"]["value"] for r in found] == pytest.approx([1.5e-6, 1.75e-6])
    assert bench("report", "--out", str(tmp_path / "page.html"))[0] == 0
    assert "osu/latency/8" in (tmp_path / "page.html").read_text()


def test_killed_in_the_middle_what_was_measured_is_kept(tmp_path):
    store = tmp_path / "bench.sqlite"
    command = [sys.executable, "-c", "from hpcsim.cli import main; main()", "bench", "run",
               "stream_copy", "stream_add", "--size", "tiny", "--repeat", "100000",
               "--budget", "600", "--store", str(store)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while not (store.exists() and kept(store) == 2):
        assert process.poll() is None
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGTERM)
    text, _ = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "stopped; what was measured is kept" in text
    found = Store(store)
    assert found.session(-1).finished is None
    assert all(r.figure is not None and not r.complete for r in found.results(1))


def kept(store) -> int:
    found = Store(store)
    try:
        return sum(len(found.results(session.id)) for session in found.sessions())
    finally:
        found.close()
