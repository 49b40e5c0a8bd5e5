"""One job model for every dialect: what is asked, in what shape, for how long, after whom.

A number is None where the description does not ask for it: the scheduler's default is not the
user's wish, and a conversion that writes defaults down would change what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

MOST_ARRAY_INDEX = 4_000_000
"""Slurm's own bound on MaxArraySize."""

DependencyKind = Literal[
    "after",
    "afterany",
    "afterok",
    "afternotok",
    "aftercorr",
    "afterburstbuffer",
    "singleton",
]


def _is_moment(text: str) -> str:
    if not re.fullmatch(r"now([+-][0-9]{1,10})?", text):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", text):
            raise ValueError("should be YYYY-MM-DDTHH:MM:SS or now+SECONDS")
        datetime.fromisoformat(text)
    return text


def _are_ranges(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    before = -1
    for first, last in ranges:
        if not before < first <= last <= MOST_ARRAY_INDEX:
            raise ValueError(f"should ascend without overlap, from 0 to {MOST_ARRAY_INDEX} at most")
        before = last
    return ranges


Count = Annotated[int, Field(ge=0, le=2**63)]
Moment = Annotated[str, AfterValidator(_is_moment)]


class Frozen(BaseModel):
    """The base of all descriptions: no unknown field, no change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Array(Frozen):
    """The indices of a job array as disjoint ascending ranges (first, last), both included."""

    ranges: Annotated[tuple[tuple[int, int], ...], AfterValidator(_are_ranges)]
    throttle: Count | None = None
    """Most elements that run at once; None for no limit of the array's own."""

    @property
    def size(self) -> int:
        """How many elements there are."""
        return sum(last - first + 1 for first, last in self.ranges)

    @property
    def text(self) -> str:
        """The text that `scontrol` shows: `1-3,7%2`; steps only where one step makes it all."""
        step = self._step()
        if step:
            shown = f"{self.ranges[0][0]}-{self.ranges[-1][1]}:{step}"
        else:
            shown = ",".join(
                str(first) if first == last else f"{first}-{last}" for first, last in self.ranges
            )
        return shown if self.throttle is None else f"{shown}%{self.throttle}"

    def _step(self) -> int:
        """The step between all indices where Slurm would show it, else 0."""
        starts = [first for first, _ in self.ranges]
        if len(starts) <= 5 or starts[-1] - starts[0] <= 10 or self.size != len(starts):
            return 0
        steps = {after - before for before, after in pairwise(starts)}
        return steps.pop() if len(steps) == 1 else 0

    def indices(self) -> Iterator[int]:
        """Every index, ascending."""
        for first, last in self.ranges:
            yield from range(first, last + 1)


class Dependency(Frozen):
    """One job that has to reach a state before this one may start."""

    kind: DependencyKind
    job: str | None = None
    """The other job's number, or its id within the same file; None for `singleton`."""
    element: str | None = None
    """An array element of the other job, `*` for all of them."""
    delay_s: int | None = None


class FileRef(Frozen):
    """A file that is read or written; its path and address are text and are never opened."""

    path: str | None = None
    url: str | None = None
    name: str | None = None
    bytes: Count | None = None
    kind: Literal["file", "directory"] = "file"


class Step(Frozen):
    """A program with its arguments, in its container, as text: nothing here is ever run."""

    argv: tuple[str, ...]
    image: str | None = None
    workdir: str | None = None
    stdin: str | None = None
    stdout: str | None = None
    stderr: str | None = None
    environment: tuple[tuple[str, str], ...] = ()


class Recorded(Frozen):
    """What happened when the task once ran, as a trace or workflow instance tells it."""

    status: str | None = None
    exit_code: int | None = None
    submit_s: float | None = None
    start_s: float | None = None
    runtime_s: float | None = None
    cpus: float | None = None
    cpu_percent: float | None = None
    memory_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    energy_kwh: float | None = None
    machine: str | None = None
    attempt: int | None = None


class JobDescription(Frozen):
    """One job, one component of a heterogeneous job, or one task of a workflow."""

    id: str | None = None
    """What other jobs of the same file call it in their dependencies."""
    name: str | None = None

    nodes_min: Count | None = None
    nodes_max: Count | None = None
    tasks: Count | None = None
    tasks_per_node: Count | None = None
    tasks_per_socket: Count | None = None
    tasks_per_core: Count | None = None
    cpus_per_task: Count | None = None
    cpus_per_node_min: Count | None = None
    memory_per_node_mib: Count | None = None
    memory_per_cpu_mib: Count | None = None
    memory_per_gpu_mib: Count | None = None
    disk_per_node_mib: Count | None = None
    gpus: str | None = None
    gpus_per_node: str | None = None
    gpus_per_task: str | None = None
    gres: str | None = None
    licenses: str | None = None

    time_limit_s: Count | None = None
    """None both for not asked and for unlimited; `time_unlimited` tells which."""
    time_unlimited: bool = False
    time_min_s: Count | None = None
    begin: Moment | None = None
    """Earliest start: an ISO date and time, or `now+SECONDS` relative to the submission."""
    deadline: Moment | None = None

    array: Array | None = None
    dependencies: tuple[Dependency, ...] = ()
    dependency_any: bool = False
    """One fulfilled dependency is enough."""

    partition: str | None = None
    qos: str | None = None
    account: str | None = None
    reservation: str | None = None
    clusters: str | None = None
    constraint: str | None = None
    nodelist: str | None = None
    exclude: str | None = None
    exclusive: str | None = None
    """`exclusive`, `user` or `mcs`: what else may run on the same nodes."""
    contiguous: bool | None = None
    requeue: bool | None = None
    hold: bool | None = None
    nice: int | None = None
    priority: int | None = None

    workdir: str | None = None
    stdin: str | None = None
    stdout: str | None = None
    stderr: str | None = None
    mail_type: str | None = None
    mail_user: str | None = None
    comment: str | None = None
    environment: tuple[tuple[str, str], ...] = ()
    container: str | None = None
    inputs: tuple[FileRef, ...] = ()
    outputs: tuple[FileRef, ...] = ()

    shell: str | None = None
    """The interpreter line of a script, without `#!`."""
    script: str | None = None
    """The commands of a script as text, from the first command on."""
    steps: tuple[Step, ...] = ()

    recorded: Recorded | None = None
    extra: tuple[tuple[str, str | None], ...] = ()
    """Options without a field of their own, in the dialect's words, for the way back."""

    @field_validator("extra", mode="before")
    @classmethod
    def _flags_alone(cls, pairs: object) -> object:
        """Let `["oversubscribe"]` stand for an option without a value: TOML has no null."""
        if not isinstance(pairs, (list, tuple)):
            return pairs
        alone = (list, tuple)
        return tuple((p[0], None) if isinstance(p, alone) and len(p) == 1 else p for p in pairs)


class Workflow(Frozen):
    """The jobs of one file; edges are the `dependencies` between their ids."""

    name: str | None = None
    jobs: tuple[JobDescription, ...] = ()
    machines: tuple[str, ...] = ()
    makespan_s: float | None = None
    """What was recorded for the whole, where the file says so."""

    @property
    def edges(self) -> int:
        """How many pairs of jobs of this file wait for each other."""
        known = {job.id for job in self.jobs if job.id is not None}
        return sum(len({d.job for d in job.dependencies if d.job in known}) for job in self.jobs)

    @property
    def bytes(self) -> int:
        """The sizes of all files, each counted once however many jobs name it."""
        sizes: dict[str | None, int] = {}
        for job in self.jobs:
            for file in (*job.inputs, *job.outputs):
                sizes[file.path or file.url] = file.bytes or 0
        return sum(sizes.values())
