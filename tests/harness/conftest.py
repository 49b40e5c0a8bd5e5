"""A kernel that obeys: tests say how long it takes, when it is wrong and when it breaks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from kernels import registry
from kernels.contract import Check, Kernel, Work
from kernels.harness.results import Result, quoted
from kernels.harness.statistics import summarize
from kernels.harness.store import Store

OUTPUTS = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Size:
    n: int


@dataclass
class Obedient(Kernel):
    """Doubles an array; `answers` are handed out instead while there are any."""

    sizes: ClassVar = {"tiny": Size(4), "cache": Size(8)}
    name = "obedient"
    title = "does as it is told"
    stands_for = "nothing"
    source = "none"
    figure = "items"
    answers: list[object] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    def inputs(self, size, rng):
        return np.arange(size.n, dtype=float)

    def reference(self, inputs):
        return 2 * inputs

    def run(self, inputs, threads=1):
        self.runs += 1
        answer = self.answers.pop(0) if self.answers else 2 * inputs
        if isinstance(answer, BaseException):
            raise answer
        time.sleep(self.seconds)
        return answer

    def work(self, inputs):
        return Work(inputs.size, 16 * inputs.size, inputs.size, "numbers")

    def check(self, inputs, output):
        return Check.within(float(np.max(np.abs(output - 2 * inputs))), 0.0, "twice the input")

    def path(self):
        return "python"


@pytest.fixture
def obedient(monkeypatch) -> Obedient:
    """The only kernel that there is, in the group `memory`."""
    kernel = Obedient()
    monkeypatch.setattr(registry, "load", lambda name: kernel)
    monkeypatch.setattr(registry, "group_of", lambda name: "memory")
    return kernel


@pytest.fixture
def store(tmp_path) -> Store:
    kept = Store(tmp_path / "bench.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def outputs() -> Path:
    return OUTPUTS


@pytest.fixture
def made():
    """Makes a measurement from its samples in seconds."""

    def make(key, samples_s, figure="items", **fields) -> Result:
        summary = summarize(samples_s)
        work = Work(100, 1600, 10, "things")
        described = {
            "kernel": key,
            "group": "memory",
            "title": key,
            "size": "cache",
            "parameters": {},
            "threads": 1,
            "ranks": 0,
            "status": "ok",
            "statement": "right",
            "samples_s": tuple(samples_s),
            "summary": summary,
            "figure": quoted(figure, work, summary),
            "work": work,
        }
        return Result(key=key, **{**described, **fields})

    return make
