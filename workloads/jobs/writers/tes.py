"""GA4GH Task Execution Service tasks."""

from __future__ import annotations

import json

from ..model import FileRef, JobDescription, Step, Workflow
from ..readers.tes import GIGABYTE
from ..shapes import memory_of_node, shape_of
from ..writing import Written, losses, own_extra

NAME = "tes"
ANY_IMAGE = "docker.io/library/bash:5"
_SAID = frozenset(
    ("name", "cpus_per_task", "memory_per_node_mib", "memory_per_cpu_mib", "disk_per_node_mib")
)
_SAID |= frozenset(("steps", "script", "shell", "inputs", "outputs", "environment", "container"))
_SAID |= frozenset(("workdir", "stdin", "stdout", "stderr"))


def write(workflow: Workflow) -> Written:
    """One task, or an object with a list of tasks; TES knows no dependencies between them."""
    lost = list(losses(workflow.jobs, _SAID, lambda key: key.startswith("tes:")))
    tasks = [_task(job, lost) for job in workflow.jobs]
    document = tasks[0] if len(tasks) == 1 else {"tasks": tasks}
    return Written(json.dumps(document, indent=2) + "\n", tuple(lost))


def _task(job: JobDescription, lost: list[str]) -> dict[str, object]:
    task: dict[str, object] = {}
    if job.name is not None:
        task["name"] = job.name
    extra = [(k, v or "") for k, v in own_extra(job, NAME)]
    for _, value in (pair for pair in extra if pair[0] == "description"):
        task["description"] = value
    resources = _resources(job, lost)
    if resources:
        task["resources"] = resources
    for name, files in (("inputs", job.inputs), ("outputs", job.outputs)):
        if files:
            task[name] = [_file(file, lost) for file in files]
    task["executors"] = [_executor(step, job, lost) for step in _steps(job)]
    volumes = [v for k, v in extra if k == "volume"]
    tags = dict(v.partition("=")[::2] for k, v in extra if k == "tag")
    return task | ({"volumes": volumes} if volumes else {}) | ({"tags": tags} if tags else {})


def _resources(job: JobDescription, lost: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    shape = shape_of(job)
    if job.cpus_per_task is not None or job.tasks is not None:
        found["cpu_cores"] = shape.cpus
        if shape.tasks > 1:
            lost.append(f"{shape.tasks} tasks: a TES task is one; all {shape.cpus} cores are its")
    memory = memory_of_node(job)
    if memory is not None:
        found["ram_gb"] = round(memory * 2**20 / GIGABYTE, 9)
    if job.disk_per_node_mib is not None:
        found["disk_gb"] = round(job.disk_per_node_mib * 2**20 / GIGABYTE, 9)
    if any(key == "preemptible" for key, _ in own_extra(job, NAME)):
        found["preemptible"] = True
    zones = [value for key, value in own_extra(job, NAME) if key == "zone"]
    more = dict((v or "").partition("=")[::2] for k, v in own_extra(job, NAME) if k == "backend")
    found |= ({"zones": zones} if zones else {}) | ({"backend_parameters": more} if more else {})
    return found


def _steps(job: JobDescription) -> tuple[Step, ...]:
    if job.steps:
        return job.steps
    return (Step(argv=("/bin/sh", "-c", job.script or "")),)


def _executor(step: Step, job: JobDescription, lost: list[str]) -> dict[str, object]:
    image = step.image or job.container
    if image is None:
        image = ANY_IMAGE
        lost.append(f"no container image is named; {ANY_IMAGE} is written in its place")
    found: dict[str, object] = {"image": image, "command": list(step.argv)}
    for name in ("workdir", "stdin", "stdout", "stderr"):
        value = getattr(step, name) or getattr(job, name)
        if value is not None:
            found[name] = value
    environment = dict(job.environment) | dict(step.environment)
    return found | ({"env": environment} if environment else {})


def _file(file: FileRef, lost: list[str]) -> dict[str, object]:
    path = file.path or ""
    if not path.startswith("/"):
        lost.append(f"{path!r} is not absolute, as TES wants it")
    found: dict[str, object] = {"path": path, "type": file.kind.upper()}
    if file.url is None:
        lost.append(f"{path!r} has no address")
    else:
        found["url"] = file.url
    return found | ({"name": file.name} if file.name is not None else {})
