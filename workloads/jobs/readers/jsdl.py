"""OGF Job Submission Description Language 1.0: XML, read without entities and without network."""

from __future__ import annotations

import math
import re
from typing import Any

from ...errors import printable
from ..findings import Findings
from ..model import FileRef, JobDescription, Step, Workflow
from ..slurm.submission import Context
from ..source import Source
from ..xmltree import child, children, load_xml, local, text

NAME = "jsdl"
SUFFIXES = (".jsdl", ".xml")
_RESOURCES = """
    CandidateHosts FileSystem ExclusiveExecution OperatingSystem CPUArchitecture IndividualCPUSpeed
    IndividualCPUTime IndividualCPUCount IndividualNetworkBandwidth IndividualPhysicalMemory
    IndividualVirtualMemory IndividualDiskSpace TotalCPUTime TotalCPUCount TotalPhysicalMemory
    TotalVirtualMemory TotalDiskSpace TotalResourceCount
"""
_SAID = frozenset(
    ("CandidateHosts", "ExclusiveExecution", "IndividualPhysicalMemory", "IndividualDiskSpace")
) | {"TotalResourceCount", "TotalCPUCount", "IndividualCPUCount"}
_PROGRAMS = ("POSIXApplication", "HPCProfileApplication", "SPMDApplication")
_KNOWN = frozenset(_RESOURCES.split())


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is a JobDefinition."""
    return re.search(r"<(\w[\w.-]*:)?JobDefinition[\s>]", head) is not None


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """Every JobDescription of the document as a job."""
    root = load_xml(source, findings)
    if root is None:
        return Workflow()
    if local(root) != "JobDefinition":
        findings.error(
            f"the root is {printable(local(root), 60)}, not JobDefinition", line=root.sourceline
        )
        return Workflow()
    descriptions = children(root, "JobDescription")
    if not descriptions:
        findings.error("no JobDescription", line=root.sourceline)
    return Workflow(jobs=tuple(_job(d, findings) for d in descriptions))


class _Reader:
    """Ranges and counts, with findings that name the element and its line."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def number(self, element: Any, *path: str) -> float | None:
        """An exact value or the lower bound of a range: what the job needs at least."""
        found = child(element, *path)
        if found is None:
            return None
        bounds = ("Exact", "exact", "LowerBoundedRange", "LowerBound", "UpperBoundedRange")
        value = next((v for name in bounds if (v := text(found, name)) is not None), None)
        value = value or text(found, "Range", "LowerBound") or text(found)
        try:
            number = float(value or "")
            if math.isfinite(number) and 0 <= number < 2**63:
                return number
        except ValueError:
            pass
        self.findings.error(
            f"{path[-1]} should be a number of at least 0",
            line=found.sourceline,
            option=path[-1],
            value=value,
        )
        return None

    def whole(self, element: Any, *path: str) -> int | None:
        """The same, rounded up."""
        found = self.number(element, *path)
        return None if found is None else math.ceil(found)


def _job(description: Any, findings: Findings) -> JobDescription:
    identification = child(description, "JobIdentification")
    application, resources = child(description, "Application"), child(description, "Resources")
    posix = next((e for name in _PROGRAMS for e in children(application, name)), None)
    extra = _about(identification, application)
    _misplaced(application, findings)
    inputs, outputs = _staging(description, findings)
    reader = _Reader(findings)
    return JobDescription(
        name=text(identification, "JobName"),
        account=text(identification, "JobProject"),
        steps=_steps(posix, findings),
        stdin=text(posix, "Input"),
        stdout=text(posix, "Output"),
        stderr=text(posix, "Error"),
        workdir=text(posix, "WorkingDirectory"),
        environment=tuple(
            (e.get("name", ""), text(e) or "") for e in children(posix, "Environment")
        ),
        inputs=inputs,
        outputs=outputs,
        extra=(*extra, *_other_resources(resources, findings)),
        **_resources(resources, posix, reader),
    )


def _about(identification: Any, application: Any) -> list[tuple[str, str | None]]:
    found = [("annotation", text(a)) for a in children(identification, "JobAnnotation")]
    names = ((identification, "Description"), (application, "ApplicationName"))
    for holder, name in (*names, (application, "ApplicationVersion")):
        found += [(name, text(element)) for element in children(holder, name)]
    return found


def _misplaced(application: Any, findings: Findings) -> None:
    """Resources inside Application are passed over by every JSDL processor."""
    for element in application if application is not None else ():
        if local(element) in _KNOWN:
            findings.warning(
                f"{local(element)} stands in Application and is not heeded there",
                line=element.sourceline,
                option=local(element),
                hint="move it into Resources",
            )


def _steps(posix: Any, findings: Findings) -> tuple[Step, ...]:
    if posix is None:
        return ()
    executable = text(posix, "Executable")
    if executable is None:
        findings.error(
            "no Executable", line=posix.sourceline, option="Executable", hint="name a program"
        )
        return ()
    arguments = tuple(text(a) or "" for a in children(posix, "Argument"))
    return (Step(argv=(executable, *arguments)),)


def _resources(resources: Any, posix: Any, reader: _Reader) -> dict[str, Any]:
    memory = reader.number(resources, "IndividualPhysicalMemory")
    disk = reader.number(resources, "IndividualDiskSpace")
    nodes = reader.whole(resources, "TotalResourceCount")
    total = reader.whole(resources, "TotalCPUCount")
    each = reader.whole(resources, "IndividualCPUCount")
    limit = reader.whole(posix, "WallTimeLimit")
    exclusive = text(resources, "ExclusiveExecution")
    hosts = [text(h) for h in children(child(resources, "CandidateHosts"), "HostName")]
    tasks = reader.whole(posix, "NumberOfProcesses")
    per_host = reader.whole(posix, "ProcessesPerHost")
    found: dict[str, Any] = {
        "nodes_min": nodes,
        "nodes_max": nodes,
        "memory_per_node_mib": None if memory is None else math.ceil(memory / 2**20),
        "disk_per_node_mib": None if disk is None else math.ceil(disk / 2**20),
        "time_limit_s": limit,
        "exclusive": "exclusive" if exclusive in ("true", "1") else None,
        "nodelist": ",".join(h for h in hosts if h) or None,
        "tasks": tasks,
        "tasks_per_node": per_host,
    }
    if tasks is not None or per_host is not None:
        found["cpus_per_task"] = reader.whole(posix, "ThreadsPerProcess")
    elif total is not None:
        found["tasks"] = total
        if each is not None and nodes is not None and each * nodes == total:
            found["tasks_per_node"] = each
    elif each is not None:
        found["cpus_per_task"] = each
    return found


def _other_resources(resources: Any, findings: Findings) -> list[tuple[str, str | None]]:
    """What the model has no field for, as text."""
    if resources is None:
        return []
    found: list[tuple[str, str | None]] = []
    for element in resources:
        name = local(element)
        if not name or name in _SAID:
            continue
        if name not in _KNOWN:
            findings.warning(
                f"{printable(name, 60)} is not a resource of JSDL 1.0", line=element.sourceline
            )
        found.append((name, " ".join("".join(element.itertext()).split()) or None))
    return found


def _staging(
    description: Any, findings: Findings
) -> tuple[tuple[FileRef, ...], tuple[FileRef, ...]]:
    inputs: list[FileRef] = []
    outputs: list[FileRef] = []
    for stage in children(description, "DataStaging"):
        path = text(stage, "FileName")
        source, target = child(stage, "Source"), child(stage, "Target")
        if path is None and (source is None or text(source, "URI") is None):
            findings.warning("DataStaging names no file", line=stage.sourceline)
        if source is not None:
            inputs.append(FileRef(path=path, url=text(source, "URI")))
        if target is not None:
            outputs.append(FileRef(path=path, url=text(target, "URI")))
    return tuple(inputs), tuple(outputs)
