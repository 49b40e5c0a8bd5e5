"""PSI/J job specifications as its library exports them in JSON."""

from __future__ import annotations

import re

from ..findings import Findings
from ..jsontree import Tree, load_json
from ..model import JobDescription, Step, Workflow
from ..quantities import clock_s, mebibytes_up
from ..slurm.submission import Context
from ..source import Source

NAME = "psij"
SUFFIXES = (".psij", ".psij.json")
_TIME = re.compile(r"(?:([0-9]{1,6}) days?, )?([0-9]{1,9}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?")


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is a job specification of PSI/J."""
    start = head.lstrip("\ufeff \t\r\n")
    marks = (r'"type"\s*:\s*"JobSpec"', r'"executable"\s*:')
    return start.startswith("{") and any(re.search(mark, head) for mark in marks)


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The specification as one job."""
    document = load_json(source, findings)
    if document is None or not document.is_object():
        return Workflow()
    specification = document.get("data") or document
    if not specification.is_object():
        return Workflow()
    return Workflow(jobs=(_job(specification),))


def _job(specification: Tree) -> JobDescription:
    resources, attributes = specification.get("resources"), specification.get("attributes")
    executable = specification.required("executable").text()
    arguments = specification.get("arguments")
    rest = [a for row in arguments.items() if (a := row.label()) is not None] if arguments else []
    environment = specification.get("environment")
    return JobDescription(
        name=specification.get("name").text(),
        steps=(Step(argv=(executable, *rest)),) if executable is not None else (),
        workdir=specification.get("directory").text(),
        stdin=specification.get("stdin_path").text(),
        stdout=specification.get("stdout_path").text(),
        stderr=specification.get("stderr_path").text(),
        environment=tuple((k, v.label() or "") for k, v in environment.pairs())
        if environment
        else (),
        extra=tuple(_extra(specification, attributes)),
        **_resources(resources),  # type: ignore[arg-type]
        **_attributes(attributes),  # type: ignore[arg-type]
    )


def _resources(resources: Tree) -> dict[str, object]:
    if not resources or not resources.is_object():
        return {}
    nodes = resources.get("node_count").whole(1)
    each = resources.get("processes_per_node", "process_per_node").whole(1)
    tasks = resources.get("process_count").whole(1)
    if None not in (nodes, each, tasks) and nodes and each and nodes * each != tasks:
        resources.error(f"{nodes} nodes with {each} processes are not {tasks} processes")
    if tasks is None and nodes and each:
        tasks = nodes * each
    memory = resources.get("memory").whole()
    gpus = resources.get("gpu_cores_per_process").whole()
    return {
        "nodes_min": nodes,
        "nodes_max": nodes,
        "tasks": tasks,
        "tasks_per_node": each,
        "cpus_per_task": resources.get("cpu_cores_per_process").whole(1),
        "gpus_per_task": str(gpus) if gpus else None,
        "memory_per_node_mib": None if memory is None else mebibytes_up(memory),
        "exclusive": "exclusive" if resources.get("exclusive_node_use").flag() else None,
    }


def _attributes(attributes: Tree) -> dict[str, object]:
    if not attributes or not attributes.is_object():
        return {}
    return {
        "time_limit_s": _duration(attributes.get("duration")),
        "partition": attributes.get("queue_name").text(),
        "account": attributes.get("account", "project_name").text(),
        "reservation": attributes.get("reservation_id").text(),
    }


def _duration(duration: Tree) -> int | None:
    """Seconds, or `[D days, ]H:MM:SS` as Python writes a time difference."""
    if not isinstance(duration.value, str):
        found = duration.number()
        return None if found is None else round(found)
    match = _TIME.fullmatch(duration.value)
    clock = clock_s(match[2]) if match else None
    if match is None or clock is None:
        duration.error("should be seconds or H:MM:SS")
        return None
    return int(match[1] or 0) * 86400 + clock


def _extra(specification: Tree, attributes: Tree) -> list[tuple[str, str | None]]:
    names = ("launcher", "pre_launch", "post_launch")
    found: list[tuple[str, str | None]] = [
        (name, value) for name in names if (value := specification.get(name).label()) is not None
    ]
    custom = attributes.get("custom_attributes")
    found += [("custom", f"{k}={v.label() or ''}") for k, v in custom.pairs()] if custom else []
    if specification.get("inherit_environment").flag() is False:
        found.append(("inherit_environment", "false"))
    return found
