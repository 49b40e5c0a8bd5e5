"""Workflow instances in WfFormat: 1.5, where parents are ids, and before, where they are names."""

from __future__ import annotations

import math
import re

from ..findings import Findings
from ..graph import check_graph
from ..jsontree import Tree, load_json
from ..model import Dependency, FileRef, JobDescription, Recorded, Step, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "wfformat"
SUFFIXES = (".wfformat.json",)


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is that of a WfFormat document."""
    start = head.lstrip("\ufeff \t\r\n")
    return start.startswith("{") and re.search(r'"(schemaVersion|workflow)"\s*:', head) is not None


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The tasks as jobs, with what was recorded when they ran."""
    document = load_json(source, findings)
    if document is None or not document.is_object():
        return Workflow()
    workflow = document.required("workflow")
    if not workflow.is_object():
        return Workflow()
    name = document.get("name").text()
    if workflow.get("specification"):
        return _current(workflow, name, findings)
    return _older(workflow, name, findings)


def _machines(holder: Tree) -> tuple[str, ...]:
    machines = holder.get("machines")
    rows = machines.items() if machines else ()
    return tuple(m.get("nodeName").text() or "" for m in rows if m.is_object())


def _current(workflow: Tree, name: str | None, findings: Findings) -> Workflow:
    """1.5: what is asked in `specification`, what happened in `execution`."""
    specification, execution = workflow.get("specification"), workflow.get("execution")
    if not specification.is_object():
        return Workflow(name=name)
    sizes = _sizes(specification.get("files"))
    ran = {t.get("id").label(): t for t in _objects(execution.get("tasks"))}
    tasks = list(_objects(specification.required("tasks")))
    parents = _parents(tasks, {t.get("id").label() or "": t.get("id").label() or "" for t in tasks})
    jobs = []
    for task in tasks:
        ident = task.required("id").label()
        past = ran.get(ident, Tree(None, "", findings))
        files = {
            side: tuple(
                FileRef(path=path, bytes=sizes.get(path))
                for f in (task.get(key).items() if task.get(key) else ())
                if (path := f.text()) is not None
            )
            for side, key in (("inputs", "inputFiles"), ("outputs", "outputFiles"))
        }
        jobs.append(_job(task, past, ident, parents.get(ident or "", {}), files))
    check_graph(jobs, findings)
    makespan = execution.get("makespanInSeconds").number()
    return Workflow(name=name, jobs=tuple(jobs), machines=_machines(execution), makespan_s=makespan)


def _older(workflow: Tree, name: str | None, findings: Findings) -> Workflow:
    """1.4 and before: one list; parents are names, and a name has to be one task's."""
    holder = workflow.get("tasks", "jobs")
    if not holder:
        workflow.error("has neither a specification nor tasks")
    tasks = list(_objects(holder))
    names: dict[str, str] = {}
    for task in tasks:
        ident = _ident(task)
        if ident is not None:
            names.setdefault(ident, ident)
    for task in tasks:
        title, ident = task.get("name").text(), _ident(task)
        if title is not None and ident is not None:
            if names.get(title, ident) != ident and title not in {ident}:
                findings.warning(
                    "the name stands for several tasks", option=f"{task.path}.name", value=title
                )
            names.setdefault(title, ident)
    parents = _parents(tasks, names)
    jobs = []
    for task in tasks:
        ident = _ident(task)
        jobs.append(_job(task, task, ident, parents.get(ident or "", {}), _linked_files(task)))
    check_graph(jobs, findings)
    makespan = workflow.get("makespanInSeconds", "makespan").number()
    return Workflow(name=name, jobs=tuple(jobs), machines=_machines(workflow), makespan_s=makespan)


def _ident(task: Tree) -> str | None:
    return task.get("id").label() or task.get("name").text()


def _objects(rows: Tree) -> list[Tree]:
    return [row for row in rows.items() if row.is_object()] if rows else []


def _sizes(files: Tree) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in _objects(files):
        ident, size = file.required("id").text(), file.get("sizeInBytes").whole()
        if ident is not None and size is not None:
            found[ident] = size
    return found


def _parents(tasks: list[Tree], names: dict[str, str]) -> dict[str, dict[str, None]]:
    """The ids that each id waits for, from both ends; a one-sided edge counts and is noted."""
    waits: dict[str, dict[str, None]] = {}
    told: dict[str, set[str]] = {}
    for task in tasks:
        ident = _ident(task) or ""
        for parent in _labels(task.get("parents")):
            waits.setdefault(ident, {})[names.get(parent, parent)] = None
        told[ident] = {names.get(child, child) for child in _labels(task.get("children"))}
    one_sided = 0
    for ident, children in told.items():
        for child in sorted(children):
            if ident not in waits.setdefault(child, {}):
                waits[child][ident] = None
                one_sided += 1
    if one_sided and tasks:
        tasks[0].findings.warning(
            f"{one_sided} edges are named by the parent alone", option="children"
        )
    return waits


def _labels(rows: Tree) -> list[str]:
    return [label for row in rows.items() if (label := row.label()) is not None] if rows else []


def _linked_files(task: Tree) -> dict[str, tuple[FileRef, ...]]:
    found: dict[str, list[FileRef]] = {"inputs": [], "outputs": []}
    for file in _objects(task.get("files")):
        side = "inputs" if file.get("link").text() == "input" else "outputs"
        size = file.get("sizeInBytes", "size").whole()
        name, folder = file.get("name").text(), file.get("path").text()
        path = f"{folder}{name}" if folder and folder.endswith("/") else name
        found[side].append(FileRef(path=path, name=name if path != name else None, bytes=size))
    return {side: tuple(files) for side, files in found.items()}


def _job(
    task: Tree,
    past: Tree,
    ident: str | None,
    parents: dict[str, None],
    files: dict[str, tuple[FileRef, ...]],
) -> JobDescription:
    cores = past.get("coreCount", "cores").number()
    command = past.get("command")
    return JobDescription(
        id=ident,
        name=task.get("name").text(),
        cpus_per_task=math.ceil(cores) if cores else None,
        dependencies=tuple(Dependency(kind="afterok", job=parent) for parent in parents),
        steps=_steps(command) if command else (),
        recorded=_recorded(past) if past else None,
        inputs=files["inputs"],
        outputs=files["outputs"],
    )


def _steps(command: Tree) -> tuple[Step, ...]:
    if not command.is_object():
        return ()
    program, arguments = command.get("program").text(), command.get("arguments")
    rest = [a for row in arguments.items() if (a := row.label()) is not None] if arguments else []
    return (Step(argv=(program, *rest)),) if program is not None else ()


def _recorded(past: Tree) -> Recorded:
    machines = past.get("machines")
    machine = _labels(machines)[:1] if machines else []
    return Recorded(
        runtime_s=past.get("runtimeInSeconds", "runtime").number(),
        cpus=past.get("coreCount", "cores").number(),
        cpu_percent=past.get("avgCPU").number(),
        memory_bytes=past.get("memoryInBytes").whole(),
        read_bytes=past.get("readBytes").whole(),
        written_bytes=past.get("writtenBytes").whole(),
        energy_kwh=past.get("energyInKWh").number(),
        machine=machine[0] if machine else past.get("machine").text(),
    )
