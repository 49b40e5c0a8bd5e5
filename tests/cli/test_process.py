"""The command as its own process: how fast it starts, what it compiles, how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

RUN = [sys.executable, "-c", "from hpcsim.cli import main; main()"]
WORLD = "lublin:jobs=1000,load=0.9"


def hpcsim(*words, **environment):
    return subprocess.run(
        [*RUN, *words], capture_output=True, text=True, timeout=600, env=os.environ | environment
    )


def cpu_s(*words):
    """The least processor time of three runs: what the machine does besides hardly counts."""
    least = float("inf")
    for _ in range(3):
        before = os.times()
        assert hpcsim(*words).returncode == 0
        after = os.times()
        spent = after.children_user + after.children_system
        least = min(least, spent - before.children_user - before.children_system)
    return least


def test_help_is_there_at_once():
    assert cpu_s("--help") < 0.6


def test_a_first_run_says_once_that_it_compiles_and_a_second_compiles_nothing(tmp_path):
    words = ("simulate", WORLD, "--cores", "1024", "--json")
    first = hpcsim(*words, NUMBA_CACHE_DIR=str(tmp_path))
    assert first.returncode == 0
    assert first.stderr.count("compiling") == 1
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ic]")}
    second = hpcsim(*words, NUMBA_CACHE_DIR=str(tmp_path))
    assert second.stderr == ""
    assert kept == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ic]")} != {}


def test_a_second_run_is_quick():
    words = ("simulate", WORLD, "--cores", "1024", "--json")
    hpcsim(*words)
    assert cpu_s(*words) < 3


# Without the compiler conservative takes a minute, for what its own worlds test as well.
@pytest.mark.parametrize(
    "name", ["easy", "easy-sjbf", "wfp3-easy", pytest.param("conservative", marks=pytest.mark.slow)]
)
def test_without_compilation_the_schedule_is_the_same(tmp_path, name):
    words = (
        "simulate",
        "lublin:jobs=60,load=1.1",
        "--cores",
        "32",
        "--policy",
        name,
        "--no-report",
    )
    for disabled in ("0", "1"):
        out = str(tmp_path / disabled)
        assert (
            hpcsim(*words, "--no-report", "--out", out, NUMBA_DISABLE_JIT=disabled).returncode == 0
        )
    compiled, plain = ((tmp_path / d / "jobs.parquet").read_bytes() for d in ("0", "1"))
    assert compiled == plain
    waits = json.loads((tmp_path / "1/summary.json").read_text())
    assert waits["max_wait_s"] > 0


def test_nothing_is_drawn_where_nobody_sees_it():
    done = hpcsim("simulate", WORLD, "--cores", "1024")
    assert "\x1b" not in done.stdout + done.stderr
    assert "simulating" not in done.stderr


def test_a_reader_that_goes_away_gets_no_traceback():
    command = subprocess.Popen([*RUN, "policies"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    command.stdout.close()
    _, errors = command.communicate(timeout=60)
    assert b"Traceback" not in errors


def test_a_run_can_be_stopped(tmp_path):
    """Control-C in the middle: status 130, no traceback, no folder."""
    words = [
        "simulate",
        "lublin:jobs=3000000,load=0.9",
        "--no-report",
        "--out",
        str(tmp_path / "x"),
    ]
    command = subprocess.Popen([*RUN, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _wait_for_work(command, cpu_s=1.5)
    command.send_signal(signal.SIGINT)
    _, errors = command.communicate(timeout=300)
    assert command.returncode == 130
    assert b"Traceback" not in errors
    assert not list(tmp_path.iterdir())


def _wait_for_work(command, cpu_s):
    """Until it has computed for so long: on a busy machine that takes longer by the clock."""
    watched = psutil.Process(command.pid)
    while sum(watched.cpu_times()[:2]) < cpu_s:
        assert command.poll() is None
        time.sleep(0.05)
