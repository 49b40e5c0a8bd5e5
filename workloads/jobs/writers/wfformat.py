"""Workflow instances in WfFormat 1.5."""

from __future__ import annotations

import json
import re

from ..model import FileRef, JobDescription, Workflow
from ..writing import Written, losses

NAME = "wfformat"
_SAID = frozenset(("name", "dependencies", "inputs", "outputs", "steps", "cpus_per_task"))


def write(workflow: Workflow) -> Written:
    """The tasks with their edges, files and, where they ran, what was recorded."""
    jobs = workflow.jobs
    ids = _ids(jobs)
    lost = list(losses(jobs, _SAID))
    if any(d.kind not in ("afterok", "afterany") for job in jobs for d in job.dependencies):
        lost.append("conditions of dependencies: every parent has to end well")
    known = frozenset(ids)
    parents = [_parents(job, known) for job in jobs]
    children: dict[str, list[str]] = {}
    for ident, waits in zip(ids, parents, strict=True):
        for parent in waits:
            children.setdefault(parent, []).append(ident)
    specification = [
        _specified(job, ident, waits, children.get(ident, []))
        for job, ident, waits in zip(jobs, ids, parents, strict=True)
    ]
    sizes = {f.path or f.url or "": f.bytes or 0 for job in jobs for f in _files(job)}
    files = [{"id": name, "sizeInBytes": size} for name, size in sizes.items()]
    inside: dict[str, object] = {"specification": {"tasks": specification, "files": files}}
    execution = _execution(workflow, ids)
    if execution:
        inside["execution"] = execution
    document = {
        "name": workflow.name or (jobs[0].name or "workflow"),
        "description": "written by hpcsim",
        "schemaVersion": "1.5",
        "workflow": inside,
    }
    return Written(json.dumps(document, indent=1) + "\n", tuple(lost))


def _ids(jobs: tuple[JobDescription, ...]) -> list[str]:
    """Every job's id, made of its name where it has none, each used once."""
    used: set[str] = set()
    found = []
    for at, job in enumerate(jobs):
        ident = job.id if job.id is not None else re.sub(r"\s+", "_", job.name or "job")
        if ident in used:
            ident = f"{ident}_{at}"
        used.add(ident)
        found.append(ident)
    return found


def _files(job: JobDescription) -> tuple[FileRef, ...]:
    return (*job.inputs, *job.outputs)


def _parents(job: JobDescription, known: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(d.job for d in job.dependencies if d.job and d.job in known))


def _specified(
    job: JobDescription, ident: str, parents: list[str], children: list[str]
) -> dict[str, object]:
    return {
        "name": job.name or ident,
        "id": ident,
        "parents": parents,
        "children": children,
        "inputFiles": [f.path or f.url or "" for f in job.inputs],
        "outputFiles": [f.path or f.url or "" for f in job.outputs],
    }


def _execution(workflow: Workflow, ids: list[str]) -> dict[str, object]:
    rows = []
    for job, ident in zip(workflow.jobs, ids, strict=True):
        past = job.recorded
        row: dict[str, object] = {"id": ident}
        if past is not None:
            names = {
                "runtimeInSeconds": past.runtime_s,
                "avgCPU": past.cpu_percent,
                "memoryInBytes": past.memory_bytes,
                "readBytes": past.read_bytes,
                "writtenBytes": past.written_bytes,
                "energyInKWh": past.energy_kwh,
                "machines": [past.machine] if past.machine else None,
            }
            row |= {name: value for name, value in names.items() if value is not None}
        cores = past.cpus if past is not None and past.cpus else job.cpus_per_task
        if cores is not None:
            row["coreCount"] = cores
        if job.steps:
            program, *arguments = job.steps[0].argv or ("",)
            row["command"] = {"program": program, "arguments": arguments}
        if len(row) > 1:
            rows.append(row)
    if not rows:
        return {}
    found: dict[str, object] = {"tasks": rows}
    if workflow.makespan_s is not None:
        found["makespanInSeconds"] = workflow.makespan_s
    if workflow.machines:
        found["machines"] = [{"nodeName": name} for name in workflow.machines]
    return found
