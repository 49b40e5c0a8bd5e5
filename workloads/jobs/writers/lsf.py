"""LSF scripts."""

from __future__ import annotations

import re
import shlex

from ..model import JobDescription, Workflow
from ..shapes import SHAPE_FIELDS, memory_of_node, shape_of
from ..writing import Written, losses, own_extra
from .sbatch import body

NAME = "lsf"
_SAID = SHAPE_FIELDS | frozenset(
    ("memory_per_cpu_mib", "time_limit_s", "array", "dependencies", "dependency_any", "partition")
)
_SAID |= frozenset(("account", "stdin", "stdout", "stderr", "workdir", "mail_type", "mail_user"))
_SAID |= frozenset(("requeue", "hold", "script", "steps", "shell", "environment", "exclusive"))
_SAID |= frozenset(("gpus_per_node", "nodelist", "reservation", "nodes_max"))
_CONDITIONS = {"afterok": "done", "afterany": "ended", "afternotok": "exit", "after": "started"}


def write(workflow: Workflow) -> Written:
    """One script for the first job; LSF has no heterogeneous jobs."""
    job = workflow.jobs[0]
    lost = list(losses(workflow.jobs[:1], _SAID | _more_said(job), _is_own))
    if len(workflow.jobs) > 1:
        lost.append(f"{len(workflow.jobs) - 1} more jobs: an LSF script is one job")
    if job.nodes_max not in (None, job.nodes_min):
        lost.append("a range of node counts: the least is asked for")
    if any(d.kind not in _CONDITIONS for d in job.dependencies):
        lost.append("dependencies other than after, afterok, afternotok and afterany")
    if job.mail_type and set(job.mail_type.split(",")) - {"BEGIN", "END"}:
        lost.append(f"mail_type = {job.mail_type}: LSF mails at the begin and the end")
    lines = [f"#!{job.shell or '/bin/bash'}"]
    lines += [f"#BSUB {flag} {_quoted(v)}" if v else f"#BSUB {flag}" for flag, v in _options(job)]
    return Written("\n".join([*lines, body(job)]), tuple(lost))


def _is_own(key: str) -> bool:
    return key.startswith("lsf:") and key not in ("lsf:n", "lsf:w", "lsf:gpu")


def _more_said(job: JobDescription) -> frozenset[str]:
    plain = job.begin is not None and not job.begin.startswith("now") and job.begin.endswith(":00")
    return frozenset({"begin"}) if plain else frozenset()


def _options(job: JobDescription) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    shape = shape_of(job)
    name = job.name or ""
    if job.array is not None:
        text, percent, throttle = job.array.text.partition("%")
        name += f"[{text}]{percent}{throttle}"
    found.append(("-J", name))
    if job.tasks is not None or job.tasks_per_node is not None:
        found.append(("-n", str(shape.tasks)))
    elif job.nodes_min is not None:
        found.append(("-nnodes", str(job.nodes_min)))
    requirement = _requirement(job)
    if requirement:
        found.append(("-R", requirement))
    if job.time_limit_s is not None:
        minutes = -(-job.time_limit_s // 60)
        found.append(("-W", f"{minutes // 60}:{minutes % 60:02d}"))
    texts = (("-q", job.partition), ("-P", job.account), ("-i", job.stdin), ("-o", job.stdout))
    texts += (("-e", job.stderr), ("-cwd", job.workdir), ("-u", job.mail_user))  # type: ignore[assignment]
    texts += (("-m", (job.nodelist or "").replace(",", " ")), ("-U", job.reservation))  # type: ignore[assignment]
    found += [(flag, value) for flag, value in texts if value]
    found += _switches(job)
    if job.gpus_per_node is not None:
        found.append(("-gpu", f"num={job.gpus_per_node.rpartition(':')[2]}"))
    if job.environment:
        found.append(("-env", ",".join(f"{k}={v}" for k, v in job.environment)))
    found += [(f"-{k}", v or "") for k, v in own_extra(job, NAME) if _is_own(f"lsf:{k}")]
    waits = [f"{_CONDITIONS[d.kind]}({d.job})" for d in job.dependencies if d.kind in _CONDITIONS]
    if waits:
        found.append(("-w", (" || " if job.dependency_any else " && ").join(waits)))
    if "begin" in _more_said(job) and job.begin is not None:
        found.append(("-b", re.sub(r"[-T]", ":", job.begin)[: -len(":00")]))
    return found


def _requirement(job: JobDescription) -> str:
    shape = shape_of(job)
    parts = []
    memory = memory_of_node(job)
    if memory is not None:
        parts.append(f"rusage[mem={memory}MB]")
    if job.tasks_per_node is not None:
        parts.append(f"span[ptile={job.tasks_per_node}]")
    elif job.nodes_min == 1 and job.tasks is not None:
        parts.append("span[hosts=1]")
    if job.cpus_per_task is not None:
        parts.append(f"affinity[core({shape.cpus_per_task})]")
    return " ".join(parts)


def _switches(job: JobDescription) -> list[tuple[str, str]]:
    found = []
    if job.exclusive is not None:
        found.append("-x")
    if job.requeue is not None:
        found.append("-r" if job.requeue else "-rn")
    if job.hold:
        found.append("-H")
    events = (job.mail_type or "").split(",")
    found += [flag for event, flag in (("BEGIN", "-B"), ("END", "-N")) if event in events]
    return [(flag, "") for flag in found]


def _quoted(value: str) -> str:
    return shlex.quote(re.sub(r"[\r\n\0]+", " ", value))
