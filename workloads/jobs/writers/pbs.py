"""PBS Professional scripts."""

from __future__ import annotations

import re
import shlex

from ..model import JobDescription, Workflow
from ..shapes import SHAPE_FIELDS, memory_of_node, shape_of
from ..texts import clock_text
from ..writing import Written, losses, own_extra
from .sbatch import body

NAME = "pbs"
_SAID = SHAPE_FIELDS | frozenset(
    ("memory_per_cpu_mib", "time_limit_s", "array", "dependencies", "partition", "account")
)
_SAID |= frozenset(("stdout", "stderr", "mail_type", "mail_user", "requeue", "hold", "script"))
_SAID |= frozenset(("steps", "shell", "environment", "exclusive", "gpus_per_node"))
_KINDS = ("after", "afterok", "afternotok", "afterany")
_MAIL = {"BEGIN": "b", "END": "e", "FAIL": "a", "NONE": "n"}


def write(workflow: Workflow) -> Written:
    """One script; several components become several chunks of one `select`."""
    jobs = workflow.jobs
    first = jobs[0]
    lost = list(losses(jobs, _SAID | _more_said(first), lambda key: key.startswith("pbs:")))
    if len(jobs) > 1 and (any(job.dependencies for job in jobs) or _bodies(jobs) > 1):
        lost.append(f"{len(jobs) - 1} more jobs: a PBS script is one job")
        jobs = jobs[:1]
    select = "+".join(_chunk(job) for job in jobs)
    if any(job.nodes_max not in (None, job.nodes_min) for job in jobs):
        lost.append("a range of node counts: the least is asked for")
    lines = [f"#!{first.shell or '/bin/bash'}", *_options(first, select)]
    return Written("\n".join([*lines, body(first)]), tuple(lost))


def _more_said(job: JobDescription) -> frozenset[str]:
    found = {"nodes_max"}
    if job.begin is not None and not job.begin.startswith("now"):
        found.add("begin")
    if not job.dependency_any and all(d.kind in _KINDS for d in job.dependencies):
        found.add("dependency_any")
    return frozenset(found)


def _bodies(jobs: tuple[JobDescription, ...]) -> int:
    return len({body(job) for job in jobs})


def _chunk(job: JobDescription) -> str:
    shape = shape_of(job)
    count, each = shape.nodes, shape.tasks_per_node or 1
    if count is None:
        count, each = (1, shape.tasks) if job.tasks is None else (shape.tasks, 1)
    parts = [str(count)]
    if any(v is not None for v in (job.cpus_per_task, job.tasks, job.tasks_per_node)):
        parts.append(f"ncpus={each * shape.cpus_per_task}")
    if job.tasks is not None or job.tasks_per_node is not None:
        parts.append(f"mpiprocs={each}")
    memory = memory_of_node(job)
    if memory is not None:
        parts.append(f"mem={memory}mb")
    if job.gpus_per_node is not None:
        parts.append(f"ngpus={job.gpus_per_node.rpartition(':')[2]}")
    return ":".join([*parts, *(v for k, v in own_extra(job, NAME) if k == "chunk" and v)])


def _options(job: JobDescription, select: str) -> list[str]:
    pairs: list[tuple[str, str | None]] = [("-N", job.name), ("-l", f"select={select}")]
    if job.time_limit_s is not None:
        pairs.append(("-l", f"walltime={clock_text(job.time_limit_s)}"))
    if job.exclusive is not None:
        pairs.append(("-l", "place=excl"))
    pairs += [("-q", job.partition), ("-A", job.account), ("-o", job.stdout), ("-e", job.stderr)]
    if job.array is not None:
        pairs.append(("-J", job.array.text))
    depend = [f"{d.kind}:{d.job}" for d in job.dependencies if d.kind in _KINDS and d.job]
    if depend:
        pairs.append(("-W", "depend=" + ",".join(_grouped(depend))))
    if job.mail_type is not None:
        letters = "".join(_MAIL.get(event, "") for event in job.mail_type.split(","))
        pairs.append(("-m", letters or None))
    pairs.append(("-M", job.mail_user))
    if job.requeue is not None:
        pairs.append(("-r", "y" if job.requeue else "n"))
    if job.begin is not None and not job.begin.startswith("now"):
        pairs.append(("-a", _clock(job.begin)))
    if job.environment:
        pairs.append(("-v", ",".join(f"{k}={v}" for k, v in job.environment)))
    lines = [f"#PBS {flag} {_quoted(value)}" for flag, value in pairs if value is not None]
    return [*lines, *(["#PBS -h"] if job.hold else []), *_own(job)]


def _own(job: JobDescription) -> list[str]:
    """What only PBS can say and said itself."""
    lines = []
    for key, value in own_extra(job, NAME):
        flag = {"place": "l", "depend": "W", "project": "P", "join": "j"}.get(key, key)
        text = f"{key}={value}" if key in ("place", "depend") else value
        if key != "chunk":
            lines.append(f"#PBS -{flag}" + (f" {_quoted(text)}" if text is not None else ""))
    return lines


def _clock(begin: str) -> str:
    """`2030-01-02T03:04:05` as `203001020304.05`."""
    digits = re.sub(r"[^0-9]", "", begin)
    return f"{digits[:12]}.{digits[12:]}"


def _grouped(items: list[str]) -> list[str]:
    """`afterok:1`, `afterok:2` become `afterok:1:2`."""
    found: list[str] = []
    for item in items:
        kind, _, name = item.partition(":")
        if found and found[-1].startswith(f"{kind}:"):
            found[-1] += f":{name}"
        else:
            found.append(item)
    return found


def _quoted(value: str) -> str:
    return shlex.quote(re.sub(r"[\r\n\0]+", " ", value))
