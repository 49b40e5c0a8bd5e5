"""What a command imports is what its start costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import workloads

SLOW = ("pandas", "scipy.linalg", "matplotlib", "hpcsim.site", "workloads.jobs")

RUN = """
import sys
from hpcsim.cli import main
sys.argv = ["hpcsim", *{arguments!r}]
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print(*(name for name in {slow!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("ending", ["swf", "csv", "parquet"])
def test_simulating_a_trace_wakes_nothing_slow(tmp_path, ending):
    trace = tmp_path / f"trace.{ending}"
    workloads.write(workloads.generate("uniform:jobs=50", cores=64), trace)
    said = imported(
        "simulate", str(trace), "--cores", "64", "--out", str(tmp_path / "run"), "--no-report"
    )
    assert said[-1] == ""


def test_help_wakes_not_even_numpy():
    assert imported("--help", slow=(*SLOW, "numpy", "rich"))[-1] == ""


def imported(*arguments: str, slow: tuple[str, ...] = SLOW) -> list[str]:
    code = RUN.format(arguments=arguments, slow=slow)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.split("\n")[:-1]
