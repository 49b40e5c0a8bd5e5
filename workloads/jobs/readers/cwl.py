"""Packed Common Workflow Language documents (`$graph`), as JSON or plain YAML."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..findings import Findings
from ..graph import check_graph
from ..jsontree import Tree, load_json, refuse_halves
from ..model import Dependency, JobDescription, Step, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "cwl"
SUFFIXES = (".cwl", ".cwl.json")
MOST_YAML_BYTES = 2**20
MOST_YAML_DEPTH = 64


def looks_like(head: str) -> bool:
    """Whether the beginning of a file names a version of CWL."""
    return "cwlVersion" in head


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """The steps of the main workflow as jobs; a single tool is one job."""
    if source.head().lstrip("\ufeff \t\r\n").startswith("{"):
        document = load_json(source, findings)
    else:
        document = _load_yaml(source, findings)
    if document is None or not document.is_object():
        return Workflow()
    processes = _processes(document)
    main = _main(processes, document)
    if main is None:
        return Workflow()
    if main.get("class").text() != "Workflow":
        return Workflow(jobs=(_tool(_name(main.get("id").label()), main, ()),))
    jobs = _steps(main, processes, findings)
    check_graph(jobs, findings)
    return Workflow(name=_name(main.get("id").label()), jobs=jobs)


def _load_yaml(source: Source, findings: Findings) -> Tree | None:
    """Plain YAML. Anchors are refused: a few lines of them can stand for a billion."""
    import yaml

    if len(source.data) > MOST_YAML_BYTES:
        findings.error(f"a YAML document of more than {MOST_YAML_BYTES // 2**20} MiB")
        return None
    try:
        text = source.data.decode()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if not _is_plain(yaml.parse(text, Loader=loader), findings):
            return None
        value = yaml.load(text, Loader=loader)
        refuse_halves(value, text)
        return Tree(value, "", findings)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        findings.error(f"not YAML: {error.problem}", line=mark.line + 1 if mark else None)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, OverflowError) as error:
        findings.error(f"not YAML: {str(error)[:200]}")
    except RecursionError:
        findings.error("nested too deeply")
    return None


def _is_plain(events: Iterable[Any], findings: Findings) -> bool:
    """Whether there are no aliases and no depths: the loader would follow both."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if kind == "AliasEvent":
            findings.error("YAML aliases are refused", hint="write the value out where it is used")
            return False
        if depth > MOST_YAML_DEPTH:
            findings.error("nested too deeply")
            return False
    return True


def _processes(document: Tree) -> dict[str, Tree]:
    graph = document.get("$graph")
    rows = list(graph.items()) if graph else [document]
    found = {}
    for row in rows:
        if row.is_object():
            found[(row.get("id").label() or "main").lstrip("#")] = row
    return found


def _main(processes: dict[str, Tree], document: Tree) -> Tree | None:
    if "main" in processes:
        return processes["main"]
    workflows = [p for p in processes.values() if p.get("class").value == "Workflow"]
    if len(workflows) == 1 or len(processes) == 1:
        return (workflows or list(processes.values()))[0]
    document.error("there is no process with the id main", "pack it with cwltool --pack")
    return None


def _rows(holder: Tree) -> list[tuple[str, Tree]]:
    """Entries of a list of objects with ids, or of an object by id: CWL allows both."""
    if not holder:
        return []
    if isinstance(holder.value, dict):
        return list(holder.pairs())
    return [(row.get("id").label() or "", row) for row in holder.items() if row.is_object()]


def _name(ident: str | None) -> str:
    return (ident or "").rpartition("#")[2].rpartition("/")[2]


def _steps(
    main: Tree, processes: dict[str, Tree], findings: Findings
) -> tuple[JobDescription, ...]:
    rows = [(_name(ident), row) for ident, row in _rows(main.required("steps"))]
    known = {name for name, _ in rows}
    jobs = []
    for name, step in rows:
        if not step.is_object():
            continue
        parents: dict[str, None] = {}
        for _, port in _rows(step.get("in")):
            for source in _sources(port):
                # main/step/output names a step's output, main/input one of the workflow's own.
                parts = source.rpartition("#")[2].split("/")
                parents.update({part: None for part in parts[:-1] if part in known - {name}})
        run = step.get("run")
        tool = processes.get(str(run.value).lstrip("#")) if isinstance(run.value, str) else run
        if tool is None or not tool:
            findings.warning("the tool of this step is not in the file", option=f"steps.{name}.run")
            tool = Tree(None, f"steps.{name}.run", findings)
        elif tool.get("class").value == "Workflow":
            findings.warning("a workflow within a workflow is one job here", option=f"steps.{name}")
        if step.get("scatter"):
            findings.warning(
                "how often a scattered step runs is not in the file", option=f"steps.{name}.scatter"
            )
        jobs.append(_tool(name, tool, tuple(parents), step))
    return tuple(jobs)


def _sources(port: Tree) -> list[str]:
    value = port.value
    if isinstance(value, dict):
        value = value.get("source", value.get("outputSource"))
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _requirement(holders: tuple[Tree, ...], name: str) -> Tree:
    for holder in holders:
        for part in ("requirements", "hints"):
            for ident, row in _rows(holder.get(part)):
                if name in (ident, row.get("class").value):
                    return row
    return Tree(None, name, holders[0].findings)


def _tool(
    name: str, tool: Tree, parents: tuple[str, ...], step: Tree | None = None
) -> JobDescription:
    holders = (step, tool) if step is not None else (tool,)
    resources = _requirement(holders, "ResourceRequirement")
    limit = _requirement(holders, "ToolTimeLimit").get("timelimit")
    image = _requirement(holders, "DockerRequirement").get("dockerPull").text()
    command = tool.get("baseCommand")
    words = (
        [command] if isinstance(command.value, str) else list(command.items() if command else ())
    )
    argv = tuple(word for row in words if (word := row.label()) is not None)
    memory, disk = _amount(resources, "ramMin"), _amount(resources, "outdirMin")
    cores = _amount(resources, "coresMin")
    return JobDescription(
        id=name,
        name=name,
        cpus_per_task=math.ceil(cores) if cores else None,
        memory_per_node_mib=math.ceil(memory) if memory else None,
        disk_per_node_mib=math.ceil(disk) if disk else None,
        time_limit_s=_seconds(limit),
        container=image,
        steps=(Step(argv=argv),) if argv else (),
        dependencies=tuple(Dependency(kind="afterok", job=parent) for parent in parents),
    )


def _amount(resources: Tree, name: str) -> float | None:
    """A number; an expression is known only when the workflow runs."""
    value: Any = resources.get(name)
    return None if isinstance(value.value, str) else value.number()


def _seconds(limit: Tree) -> int | None:
    found = None if isinstance(limit.value, str) else limit.number()
    return round(found) if found else None
