"""The same kernels without a compiler, on older processors, and in a second process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kernels.vector import isa

RUN_ALL = """
import sys
import warnings
import numpy as np
from numba.core import event
from kernels import registry

warnings.simplefilter("ignore", RuntimeWarning)
recorder = event.RecordingListener()
event.register("numba:compile", recorder)
for group in ("compute", "memory", "genomics", "research"):
    for name in registry.names(group):
        kernel = registry.load(name)
        inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(5))
        check = kernel.check(inputs, kernel.run(inputs))
        assert check.ok, (name, kernel.path(), check)
compiled = {str(e.data["dispatcher"].py_func) for _, e in recorder.buffer if e.is_start}
print("path", registry.load("stream_triad").path(), "compiled", len(compiled), *sorted(compiled))
"""


def run_all(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def test_without_the_compiler_everything_is_right():
    assert run_all(NUMBA_DISABLE_JIT="1")[1] == "interpreted"


@pytest.mark.slow
def test_a_second_process_compiles_nothing():
    run_all()
    assert run_all()[2:4] == ["compiled", "0"]


@pytest.mark.slow
@pytest.mark.skipif(not isa.AVX2, reason="needs a processor with AVX2")
def test_registers_of_256_bits():
    features = "+sse4.2,+avx,+avx2,+fma,+bmi,+bmi2,+popcnt,+lzcnt,+f16c"
    assert run_all(NUMBA_CPU_NAME="haswell", NUMBA_CPU_FEATURES=features)[1] == "avx2"


@pytest.mark.slow
def test_a_processor_of_which_nothing_is_known():
    assert run_all(NUMBA_CPU_NAME="generic")[1] == "portable"
