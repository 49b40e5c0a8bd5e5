"""The tasks of a job description as arrays: how long, how large, who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import InputError, Problem
from workloads.jobs import JobDescription
from workloads.jobs.shapes import memory_of_node, shape_of

MOST_TASKS = 1_000_000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tasks:
    """N tasks; those that wait for task i are `children[indptr[i]:indptr[i + 1]]`.

    `runtime_s`, `limit_s`: float64[N]; `cores`: int64[N]; `memory_mib`: float64[N], of all cores
    together, nan where nobody says.
    """

    names: Sequence[str]
    runtime_s: Floats
    limit_s: Floats
    cores: Ints
    memory_mib: Floats
    indptr: Ints
    children: Ints
    jobs: Sequence[JobDescription] = ()
    """The descriptions, and for each task the number of its own."""
    job_of: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.names)

    @property
    def parent_of_edge(self) -> Ints:
        """The task that each entry of `children` waits for."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def work_core_s(self) -> float:
        """Core-seconds of all tasks."""
        return float(np.dot(self.cores, self.lasts_s))

    @property
    def lasts_s(self) -> Floats:
        """How long each task holds its cores: until its end or its limit."""
        return np.minimum(self.runtime_s, self.limit_s)


def tasks_of(
    jobs: Sequence[JobDescription], source: str, *, runtime_s: float | None = None
) -> Tasks:
    """The tasks of the jobs of one file; an array has a task an element.

    A task runs as long as was recorded, else `runtime_s`, else its limit. Raises InputError naming
    tasks for which none of them is known, and a graph that has no beginning.
    """
    problems: list[Problem] = []
    names: list[str] = []
    runs: list[float] = []
    limits: list[float] = []
    cores: list[int] = []
    memory: list[float] = []
    first: dict[str, range] = {}
    job_of: list[int] = []
    for number, job in enumerate(jobs):
        run, limit = _times(job, runtime_s)
        if run is None:
            if len(problems) < 10:
                problems.append(_endless(job, source))
            continue
        many = job.array.size if job.array else 1
        if len(names) + many > MOST_TASKS:
            problems.append(Problem("too many tasks", source, rule=f"at most {MOST_TASKS:,}"))
            break
        if job.id is not None:
            first[job.id] = range(len(names), len(names) + many)
        name = job.name or job.id or source
        job_of += [number] * many
        names += [f"{name}[{i}]" for i in job.array.indices()] if job.array else [name]
        runs += [run] * many
        limits += [limit] * many
        size = _cores(job)
        cores += [size] * many
        shape, each = shape_of(job), memory_of_node(job)
        memory += [float("nan") if each is None else each * float(shape.nodes or 1)] * many
    if problems:
        raise InputError(problems)
    parents, children = _edges(jobs, first)
    indptr, ordered = _by_parent(parents, children, len(names))
    return Tasks(names, np.array(runs), np.array(limits), np.array(cores, np.int64),
                 np.array(memory), indptr, ordered, tuple(jobs),
                 np.array(job_of, np.int64))  # fmt: skip


def _times(job: JobDescription, runtime_s: float | None) -> tuple[float | None, float]:
    limit = float(job.time_limit_s) if job.time_limit_s else np.inf
    if job.recorded is not None and job.recorded.runtime_s is not None:
        return max(float(job.recorded.runtime_s), 0.0), limit
    if runtime_s is not None:
        return runtime_s, limit
    return (limit if np.isfinite(limit) else None), limit


def _cores(job: JobDescription) -> int:
    asked = shape_of(job).cpus
    if asked <= 1 and job.recorded is not None and job.recorded.cpus:
        return max(1, round(job.recorded.cpus))
    return max(asked, 1)


def _endless(job: JobDescription, source: str) -> Problem:
    return Problem(
        "nobody says how long the task runs",
        source,
        value=(job.name or job.id or "a job")[:80],
        hint="give the run time of such tasks with --runtime, or a time limit",
    )


def _edges(jobs: Sequence[JobDescription], rows: dict[str, range]) -> tuple[Ints, Ints]:
    """Pairs of tasks of which the second waits for the first; elements one by one for aftercorr."""
    parents: list[int] = []
    children: list[int] = []
    for job in jobs:
        own = rows.get(job.id) if job.id is not None else None
        if own is None:
            continue
        for dependency in job.dependencies:
            others = rows.get(dependency.job) if dependency.job is not None else None
            if others is None:
                continue
            if dependency.kind == "aftercorr" and len(others) == len(own):
                parents += others
                children += own
                continue
            for parent in others:
                parents += [parent] * len(own)
                children += own
            if len(parents) > 20 * MOST_TASKS:
                raise InputError("the tasks wait for each other in too many ways")
    pairs = np.unique(np.array([parents, children], np.int64).reshape(2, -1), axis=1)
    return pairs[0], pairs[1]


def _by_parent(parents: Ints, children: Ints, count: int) -> tuple[Ints, Ints]:
    order = np.argsort(parents, kind="stable")
    indptr = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(parents, minlength=count), out=indptr[1:])
    return indptr, children[order]
