"""GA4GH Task Execution Service tasks (1.1): containers in a row, files in, files out."""

from __future__ import annotations

import re

from ..findings import Findings
from ..jsontree import Tree, load_json
from ..model import FileRef, JobDescription, Recorded, Step, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "tes"
SUFFIXES = (".tes", ".tes.json")
GIGABYTE = 10**9
_FIELDS = """
    id state name description inputs outputs resources executors volumes tags logs creation_time
"""
_KNOWN = frozenset(_FIELDS.split())


def looks_like(head: str) -> bool:
    """Whether the beginning of a file has executors."""
    return (
        head.lstrip("\ufeff \t\r\n").startswith("{")
        and re.search(r'"executors"\s*:', head) is not None
    )


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The task as one job whose steps are its executors."""
    document = load_json(source, findings)
    if document is None or not document.is_object():
        return Workflow()
    rows = document.get("tasks")
    tasks = list(rows.items()) if rows else [document]
    return Workflow(jobs=tuple(_job(task) for task in tasks if task.is_object()))


def _job(task: Tree) -> JobDescription:
    for name in task.names():
        if name not in _KNOWN:
            task.findings.warning(f"{name}: not a field of a TES task", option=name)
    steps = tuple(
        _step(executor) for executor in task.required("executors").items() if executor.is_object()
    )
    if task.get("executors") and not steps:
        task.get("executors").error("needs at least one executor")
    resources = task.get("resources")
    tags = task.get("tags")
    extra = [("description", d)] if (d := task.get("description").text()) is not None else []
    extra += [("tag", f"{k}={v.text() or ''}") for k, v in tags.pairs()] if tags else []
    volumes = task.get("volumes")
    extra += [("volume", v) for row in volumes.items() if (v := row.text())] if volumes else []
    state = task.get("state").text()
    return JobDescription(
        id=task.get("id").text(),
        name=task.get("name").text(),
        steps=steps,
        inputs=_files(task.get("inputs"), needs_url=False),
        outputs=_files(task.get("outputs"), needs_url=True),
        recorded=Recorded(status=state) if state else None,
        extra=(*extra, *_other_resources(resources)),
        **_resources(resources),  # type: ignore[arg-type]
    )


def _resources(resources: Tree) -> dict[str, object]:
    if not resources or not resources.is_object():
        return {}
    cores = resources.get("cpu_cores", "cpuCores").whole(1)
    memory = resources.get("ram_gb", "ramGb").number()
    disk = resources.get("disk_gb", "diskGb", "size_gb").number()
    for name in resources.names():
        if name in ("cpuCores", "ramGb", "diskGb", "size_gb"):
            resources.findings.warning(
                f"resources.{name} is not TES 1.1 and may be passed over",
                option=f"resources.{name}",
                hint="cpu_cores, ram_gb, disk_gb",
            )
    return {
        "cpus_per_task": cores,
        "memory_per_node_mib": _mebibytes(memory),
        "disk_per_node_mib": _mebibytes(disk),
    }


def _mebibytes(gigabytes: float | None) -> int | None:
    if gigabytes is None or gigabytes > 1e9:
        return None
    return round(gigabytes * GIGABYTE / 2**20)


def _other_resources(resources: Tree) -> list[tuple[str, str | None]]:
    if not isinstance(resources.value, dict):
        return []
    found: list[tuple[str, str | None]] = []
    if resources.get("preemptible").flag():
        found.append(("preemptible", None))
    zones = resources.get("zones")
    found += [("zone", z) for row in zones.items() if (z := row.text())] if zones else []
    more = resources.get("backend_parameters")
    found += [("backend", f"{k}={v.label() or ''}") for k, v in more.pairs()] if more else []
    return found


def _step(executor: Tree) -> Step:
    command = executor.required("command")
    argv = tuple(a for row in command.items() if (a := row.text()) is not None) if command else ()
    if command and not argv:
        command.error("needs at least one word")
    image = executor.get("image", "image_name")
    if not image:
        executor.required("image")
    environment = executor.get("env", "environ")
    return Step(
        argv=argv,
        image=image.text(),
        workdir=executor.get("workdir").text(),
        stdin=executor.get("stdin").text(),
        stdout=executor.get("stdout").text(),
        stderr=executor.get("stderr").text(),
        environment=tuple((k, v.label() or "") for k, v in environment.pairs())
        if environment
        else (),
    )


def _files(rows: Tree, needs_url: bool) -> tuple[FileRef, ...]:
    found = []
    for file in rows.items() if rows else ():
        if not file.is_object():
            continue
        path, url, content = file.required("path").text(), file.get("url"), file.get("content")
        if needs_url or not (content or url):
            file.required("url")
        if path is not None and not path.startswith("/"):
            file.get("path").error("should be absolute", "begin it with /")
        kind = file.get("type").text()
        if kind is not None and kind not in ("FILE", "DIRECTORY"):
            file.get("type").error("should be FILE or DIRECTORY")
        text = content.text()
        found.append(
            FileRef(
                path=path,
                url=url.text(),
                name=file.get("name").text(),
                bytes=len(text.encode("utf-8", "surrogatepass")) if text is not None else None,
                kind="directory" if kind == "DIRECTORY" else "file",
            )
        )
    return tuple(found)
