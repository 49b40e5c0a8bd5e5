"""OGF Job Submission Description Language 1.0."""

from __future__ import annotations

import re
from typing import Any

from ..model import JobDescription, Workflow
from ..shapes import memory_of_node, shape_of
from ..writing import Written, losses, own_extra

NAME = "jsdl"
JSDL = "http://schemas.ggf.org/jsdl/2005/11/jsdl"
POSIX = "http://schemas.ggf.org/jsdl/2005/11/jsdl-posix"
SPMD = "http://schemas.ogf.org/jsdl/2007/02/jsdl-spmd"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAID = frozenset(
    ("name", "account", "steps", "script", "shell", "stdin", "stdout", "stderr", "workdir")
)
_SAID |= frozenset(("environment", "inputs", "outputs", "nodes_min", "nodes_max", "tasks"))
_SAID |= frozenset(("tasks_per_node", "cpus_per_task", "memory_per_node_mib", "exclusive"))
_SAID |= frozenset(("memory_per_cpu_mib", "disk_per_node_mib", "time_limit_s", "nodelist"))


def write(workflow: Workflow) -> Written:
    """One document for the first job; JSDL 1.0 holds one job."""
    from lxml import etree

    job = workflow.jobs[0]
    lost = list(losses([job], _SAID, _is_own))
    if len(workflow.jobs) > 1:
        lost.append(f"{len(workflow.jobs) - 1} more jobs: a JSDL document is one job")
    if len(job.steps) > 1:
        lost.append(f"{len(job.steps) - 1} more programs: a JSDL job is one program")
    if job.nodes_max not in (None, job.nodes_min):
        lost.append("a range of node counts: the least is asked for")
    names = {"jsdl": JSDL, "jsdl-posix": POSIX, "jsdl-spmd": SPMD}
    root = etree.Element(f"{{{JSDL}}}JobDefinition", nsmap=names)
    description = _add(root, "JobDescription")
    _identification(description, job)
    _application(description, job)
    _resources(description, job)
    _staging(description, job)
    text = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return Written(text.decode(), tuple(lost))


def _is_own(key: str) -> bool:
    known = ("annotation", "Description", "ApplicationName", "ApplicationVersion")
    return key.startswith("jsdl:") and key.removeprefix("jsdl:") in known


def _add(parent: Any, name: str, value: object = None, space: str = JSDL) -> Any:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{space}}}{name}")
    if value is not None:
        element.text = _clean(str(value))
    return element


def _clean(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("?", text)


def _exact(parent: Any, name: str, value: int | None) -> None:
    if value is not None:
        _add(_add(parent, name), "Exact", value)


def _identification(description: Any, job: JobDescription) -> None:
    part = _add(description, "JobIdentification")
    pairs: list[tuple[str, str | None]] = []
    if job.name is not None:
        pairs.append(("JobName", job.name))
    pairs += [("Description", v) for k, v in own_extra(job, NAME) if k == "Description"]
    pairs += [("JobAnnotation", v) for k, v in own_extra(job, NAME) if k == "annotation"]
    pairs += [("JobProject", job.account)] if job.account is not None else []
    for name, value in pairs:
        _add(part, name, value)


def _application(description: Any, job: JobDescription) -> None:
    part = _add(description, "Application")
    for name in ("ApplicationName", "ApplicationVersion"):
        for value in (v for k, v in own_extra(job, NAME) if k == name):
            _add(part, name, value)
    parallel = job.tasks is not None or job.tasks_per_node is not None
    space, name = (SPMD, "SPMDApplication") if parallel else (POSIX, "POSIXApplication")
    program = _add(part, name, space=space)
    argv = job.steps[0].argv if job.steps else ("/bin/sh", "-c", job.script or "")
    for place, word in enumerate(argv):
        _add(program, "Argument" if place else "Executable", word, POSIX)
    for name, value in (("Input", job.stdin), ("Output", job.stdout), ("Error", job.stderr)):
        if value is not None:
            _add(program, name, value, POSIX)
    if job.workdir is not None:
        _add(program, "WorkingDirectory", job.workdir, POSIX)
    for name, value in job.environment:
        _add(program, "Environment", value, POSIX).set("name", _clean(name))
    if job.time_limit_s is not None:
        _add(program, "WallTimeLimit", job.time_limit_s, POSIX)
    if parallel:
        shape = shape_of(job)
        _add(program, "NumberOfProcesses", shape.tasks, SPMD)
        if job.tasks_per_node is not None:
            _add(program, "ProcessesPerHost", job.tasks_per_node, SPMD)
        if job.cpus_per_task is not None:
            _add(program, "ThreadsPerProcess", job.cpus_per_task, SPMD)


def _resources(description: Any, job: JobDescription) -> None:
    part = _add(description, "Resources")
    if job.nodelist is not None:
        hosts = _add(part, "CandidateHosts")
        for name in job.nodelist.split(","):
            _add(hosts, "HostName", name)
    if job.exclusive is not None:
        _add(part, "ExclusiveExecution", "true")
    parallel = job.tasks is not None or job.tasks_per_node is not None
    if not parallel:
        _exact(part, "IndividualCPUCount", job.cpus_per_task)
    memory = memory_of_node(job)
    for name, mebibytes in (
        ("IndividualPhysicalMemory", memory),
        ("IndividualDiskSpace", job.disk_per_node_mib),
    ):
        if mebibytes is not None:
            _add(_add(part, name), "LowerBoundedRange", mebibytes * 2**20)
    _exact(part, "TotalResourceCount", job.nodes_min)


def _staging(description: Any, job: JobDescription) -> None:
    for side, files in (("Source", job.inputs), ("Target", job.outputs)):
        for file in files:
            stage = _add(description, "DataStaging")
            _add(stage, "FileName", file.path or "")
            _add(stage, "CreationFlag", "overwrite")
            end = _add(stage, side)
            if file.url is not None:
                _add(end, "URI", file.url)
