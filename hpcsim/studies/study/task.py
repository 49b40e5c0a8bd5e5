"""One run as a worker gets it, and what comes back."""

from __future__ import annotations

import resource
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..subject import Subject
from .metric import Metric

_KIB_UNIT = 1024 if sys.platform != "darwin" else 1


class Key(NamedTuple):
    """Which run: the point of the study, as canonical JSON of its changes, and the replication."""

    point: str
    replication: int


@dataclass(frozen=True)
class Task:
    """A run to be made; it goes to a worker as it is."""

    key: Key
    subject: Subject
    changes: Mapping[str, Any]
    seed: int
    metrics: tuple[Metric, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Result:
    """A run that was made, or the error that it ended in; what it cost is not part of it."""

    key: Key
    seed: int
    figures: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    error: str | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_mib: float = 0.0
    host: str = ""


def run_task(task: Task) -> Result:
    """Make the run; whatever goes wrong in it is its result, for a study goes on without it."""
    wall, cpu = time.perf_counter(), time.process_time()
    figures: Mapping[str, float] = {}
    intervals: Mapping[str, tuple[float, float]] = {}
    error = None
    try:
        found = task.subject.changed(task.changes).measure(
            task.seed, task.metrics, alone=task.alone
        )
        figures, intervals = found.figures, found.intervals
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return Result(
        task.key,
        task.seed,
        figures,
        intervals,
        error,
        time.perf_counter() - wall,
        time.process_time() - cpu,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB_UNIT / 2**20,
        socket.gethostname(),
    )


def seed_of(root: int, replication: int) -> int:
    """The seed of a replication: child number `replication` of the study's seed sequence.

    It is the same at every point of the study, so that two points meet the same chances.
    """
    child = np.random.SeedSequence(root, spawn_key=(replication,))
    return int(child.generate_state(1, np.uint64)[0] >> np.uint64(1))
