"""Slurm batch scripts: one job, a heterogeneous job, or a script that submits a workflow."""

from __future__ import annotations

import re
import shlex

from ..model import JobDescription, Workflow
from ..readers.sbatch import NUMBERS, TEXTS, VALUES
from ..slurm.amounts import show_mebibytes
from ..slurm.options import PER_COMPONENT
from ..slurm.times import show_minutes
from ..texts import dependency_text
from ..writing import Written, losses

NAME = "sbatch"
_MEMORY = frozenset(("mem", "mem-per-cpu", "mem-per-gpu", "tmp"))
_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./\[\]()^~?*$&|;<>!{}-]*")
_SAID = (
    frozenset(TEXTS.values())
    | frozenset(NUMBERS.values())
    | frozenset(VALUES.values())
    | frozenset(("name", "nodes_min", "nodes_max", "tasks", "time_limit_s", "time_unlimited"))
    | frozenset(("time_min_s", "begin", "deadline", "array", "dependencies", "dependency_any"))
    | frozenset(("nodelist", "exclusive", "contiguous", "requeue", "hold", "environment"))
    | frozenset(("shell", "script", "steps"))
)


def _is_own(key: str) -> bool:
    """Whether an option without a field is one of sbatch; others have a dialect's name before."""
    return ":" not in key


def write(workflow: Workflow) -> Written:
    """One script; a workflow becomes a shell script that submits one job after the other."""
    jobs = workflow.jobs
    if len(jobs) == 1 or (
        len({job.script for job in jobs}) == 1 and not any(job.id for job in jobs)
    ):
        return Written(_script(jobs), (*losses(jobs, _SAID, _is_own), *_inherited(jobs)))
    return Written(_submitter(jobs), losses(jobs, _SAID, _is_own))


def _inherited(jobs: tuple[JobDescription, ...]) -> list[str]:
    """What a component gets from the one before it though it does not ask for it."""
    found: list[str] = []
    held: set[str] = set()
    for number, job in enumerate(jobs, start=1):
        own = {name for name, _ in options(job)} - PER_COMPONENT
        found += [f"component {number} without --{name}" for name in sorted(held - own)]
        held |= own
    return found


def options(job: JobDescription) -> list[tuple[str, str | None]]:
    """The sbatch options that say what the job asks for, as (name, value)."""
    found: list[tuple[str, str | None]] = []
    if job.name is not None:
        found.append(("job-name", job.name))
    found += _counts(job)
    for table in (TEXTS, NUMBERS, VALUES):
        for key, field in table.items():
            value = getattr(job, field)
            if value is not None:
                found.append((key, show_mebibytes(value) if key in _MEMORY else str(value)))
    found += _times(job) + _switches(job)
    if job.array is not None:
        found.append(("array", job.array.text))
    if (dependency := dependency_text(job)) is not None:
        found.append(("dependency", dependency))
    pairs = [f"{name}={value}" for name, value in job.environment]
    passed_on = [text for key, text in job.extra if key == "export" and text is not None]
    if pairs or passed_on:
        found.append(("export", ",".join(passed_on + pairs)))
    found += [(key, text) for key, text in job.extra if key != "export" and _is_own(key)]
    return found


def _counts(job: JobDescription) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    if job.nodes_min is not None or job.nodes_max is not None:
        least, most = 1 if job.nodes_min is None else job.nodes_min, job.nodes_max
        # A most of 0 is sbatch's only way to say that there is none.
        found.append(("nodes", str(least) if most == least else f"{least}-{most or 0}"))
    if job.tasks is not None:
        found.append(("ntasks", str(job.tasks)))
    if job.nodelist is not None:
        found.append(("nodelist", job.nodelist))
    return found


def _times(job: JobDescription) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    if job.time_limit_s is not None:
        found.append(("time", _minutes(job.time_limit_s)))
    elif job.time_unlimited:
        found.append(("time", "UNLIMITED"))
    if job.time_min_s is not None:
        found.append(("time-min", _minutes(job.time_min_s)))
    found += [(k, v) for k, v in (("begin", job.begin), ("deadline", job.deadline)) if v]
    return found


def _minutes(seconds: int) -> str:
    """Whole minutes; what only an overflow can say is said by the same overflow."""
    minutes = -(-seconds // 60)
    if minutes < 2**31 // 60:
        return show_minutes(minutes)
    wrapped = ((minutes - 2**32) * 60 - 59) % 2**32
    return f"{wrapped // 60}:{wrapped % 60:02d}"


def _switches(job: JobDescription) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    if job.exclusive is not None:
        found.append(("exclusive", None if job.exclusive == "exclusive" else job.exclusive))
    if job.requeue is not None:
        found.append(("requeue" if job.requeue else "no-requeue", None))
    found += [(name, None) for name in ("contiguous", "hold") if getattr(job, name)]
    return found


def directive(name: str, value: str | None) -> str:
    """One `#SBATCH` line; the value is quoted where sbatch's own quoting asks for it."""
    if value is None:
        return f"#SBATCH --{name}"
    value = re.sub(r"[\r\n\0]+", " ", value)
    if not _BARE.fullmatch(value):
        value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"#SBATCH --{name}={value}"


def _script(jobs: tuple[JobDescription, ...]) -> str:
    shell = jobs[0].shell
    lines = [f"#!{'/bin/bash' if shell is None else shell}"]
    for number, job in enumerate(jobs):
        if number:
            lines.append("#SBATCH hetjob")
        lines += [directive(name, value) for name, value in options(job)]
    return "\n".join([*lines, body(jobs[0])])


def body(job: JobDescription) -> str:
    """The commands of a job as lines of a shell script."""
    if job.script is not None:
        return job.script
    lines = []
    for step in job.steps:
        line = shlex.join(step.argv)
        for sign, file in (("<", step.stdin), (">", step.stdout), ("2>", step.stderr)):
            line += f" {sign} {shlex.quote(file)}" if file else ""
        pairs = [f"{name}={shlex.quote(value)}" for name, value in step.environment]
        lines.append(" ".join([*pairs, line]))
    return "\n".join([*lines, ""])


def _submitter(jobs: tuple[JobDescription, ...]) -> str:
    """A shell script with one `sbatch` a job, in an order in which dependencies come first."""
    variable = {job.id: f"job_{at:05d}" for at, job in enumerate(jobs) if job.id is not None}
    lines = ["#!/bin/bash", "set -e"]
    for at, job in enumerate(_ordered(jobs)):
        waits = {d.job for d in job.dependencies if d.job in variable}
        alone = job.model_copy(
            update={"dependencies": tuple(d for d in job.dependencies if d.job not in waits)}
        )
        after = "".join(f":${{{name}}}" for name in sorted(variable[w] for w in waits if w))
        option = f" --dependency=afterok{after}" if after else ""
        name = variable[job.id] if job.id is not None else f"lone_{at:05d}"
        script = _script((alone,)).rstrip("\n")
        end = "END_OF_JOB"
        while end in script:
            end += "_"
        lines += [f"{name}=$(sbatch --parsable{option} <<'{end}'", script, end, ")"]
    return "\n".join([*lines, ""])


def _ordered(jobs: tuple[JobDescription, ...]) -> list[JobDescription]:
    """The jobs with every job behind those it waits for; a circle keeps the order of the file."""
    known = {job.id for job in jobs if job.id is not None}
    waiting = {at: {d.job for d in job.dependencies} & known for at, job in enumerate(jobs)}
    followers: dict[str | None, list[int]] = {}
    for at, names in waiting.items():
        for name in names:
            followers.setdefault(name, []).append(at)
    ready = [at for at in waiting if not waiting[at]]
    ordered: list[int] = []
    while ready:
        at = ready.pop(0)
        ordered.append(at)
        for follower in followers.pop(jobs[at].id, ()):
            waiting[follower].discard(jobs[at].id)
            if not waiting[follower]:
                ready.append(follower)
    done = set(ordered)
    return [jobs[at] for at in (*ordered, *(at for at in waiting if at not in done))]
