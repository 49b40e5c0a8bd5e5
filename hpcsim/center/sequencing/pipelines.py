"""Pipelines: the steps of a sample's analysis, and its tasks at a wanted scatter width."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from pydantic import BaseModel, ConfigDict

from hpcsim.units import GB, HOUR_S

from ..contract import FloatArray
from ..graph import Float32Array, Int32Array, edges_to_csr, popular_limit_s

GIB_IN_MIB = 1024.0
LIMIT_HEADROOM = 2.0  # a request is the next popular value above twice the usual run time
COMPACT_GENOME_TASKS = 60


class Step(BaseModel):
    """One step: `tasks` equal tasks (`full` when scattered as wide as it goes)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    after: tuple[str, ...] = ()
    tasks: int = 1
    full: int = 1
    cores: int
    memory_gib: float
    core_h: float  # allocated, all tasks together
    cpu_h: float  # used
    reads: float = 0.0  # GB a Gb of raw sequence
    writes: float = 0.0


class Pipeline(BaseModel):
    """Steps in an order in which each stands after those that it waits for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Step, ...]

    @property
    def core_h(self) -> float:
        """Core-hours allocated to one sample."""
        return sum(step.core_h for step in self.steps)

    @property
    def cpu_h(self) -> float:
        """CPU-hours used by one sample."""
        return sum(step.cpu_h for step in self.steps)

    @property
    def full_tasks(self) -> int:
        """Tasks of one sample, scattered as wide as it goes."""
        return sum(max(step.tasks, step.full) for step in self.steps)

    @property
    def compact_tasks(self) -> int:
        """Tasks of one sample in the compact form."""
        return sum(step.tasks for step in self.steps)

    def widths(self, scatter: float) -> list[int]:
        """Tasks of each step; `scatter` 0 is compact, 1 as wide as it goes."""
        return [
            round(step.tasks + (max(step.full, step.tasks) - step.tasks) * scatter)
            for step in self.steps
        ]


@cache
def shipped() -> dict[str, Pipeline]:
    """The pipelines that come with hpcsim, by name."""
    text = resources.files(__package__).joinpath("pipelines.toml").read_text(encoding="utf-8")
    return {name: Pipeline.model_validate(table) for name, table in tomllib.loads(text).items()}


@dataclass(frozen=True)
class Template:
    """One sample's tasks in columns, in an order in which parents stand before children.

    Bytes are a Gb of raw sequence; `roots` wait for nothing within the sample; the last task
    ends after all others.
    """

    cores: Int32Array
    memory_mib: Float32Array
    runtime_s: FloatArray
    limit_s: FloatArray
    read_bytes_per_gb: FloatArray
    write_bytes_per_gb: FloatArray
    indptr: Int32Array
    children: Int32Array
    name_code: Int32Array
    names: tuple[str, ...]
    roots: Int32Array

    def __len__(self) -> int:
        return len(self.cores)


def template(name: str, pipeline: Pipeline, scatter: float) -> Template:
    """The tasks of one sample of `pipeline` (called `name`) at a scatter from 0 to 1."""
    widths = pipeline.widths(scatter)
    firsts = np.concatenate([[0], np.cumsum(widths)])
    parents, children = _edges(pipeline, widths, firsts)
    indptr, sorted_children = edges_to_csr(int(firsts[-1]), parents, children)
    each = np.array(widths)
    steps = pipeline.steps
    cores = np.array([step.cores for step in steps], dtype=np.int32)
    runtime = np.array([step.core_h for step in steps]) * HOUR_S / cores / each
    waits = np.bincount(sorted_children, minlength=int(firsts[-1]))
    return Template(
        cores=np.repeat(cores, each),
        memory_mib=np.repeat(
            np.array([step.memory_gib * GIB_IN_MIB for step in steps], dtype=np.float32), each
        ),
        runtime_s=np.repeat(runtime, each),
        limit_s=np.repeat(popular_limit_s(runtime, LIMIT_HEADROOM), each),
        read_bytes_per_gb=np.repeat(np.array([s.reads for s in steps]) * GB / each, each),
        write_bytes_per_gb=np.repeat(np.array([s.writes for s in steps]) * GB / each, each),
        indptr=indptr,
        children=sorted_children,
        name_code=np.repeat(np.arange(len(steps), dtype=np.int32), each),
        names=tuple(f"{name}/{step.name}" for step in steps),
        roots=np.flatnonzero(waits == 0).astype(np.int32),
    )


def _edges(
    pipeline: Pipeline, widths: list[int], firsts: np.ndarray
) -> tuple[list[int], list[int]]:
    index = {step.name: number for number, step in enumerate(pipeline.steps)}
    parents: list[int] = []
    children: list[int] = []
    for number, step in enumerate(pipeline.steps):
        for name in step.after:
            before = index[name]
            for parent in range(firsts[before], firsts[before] + widths[before]):
                for child in range(firsts[number], firsts[number] + widths[number]):
                    parents.append(parent)
                    children.append(child)
    return parents, children


def scatter_of(tasks_per_genome: int) -> float:
    """The scatter (0 to 1) at which a genome has that many tasks."""
    full = shipped()["wgs"].full_tasks
    return (tasks_per_genome - COMPACT_GENOME_TASKS) / (full - COMPACT_GENOME_TASKS)
