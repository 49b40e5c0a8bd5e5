"""Snakemake's exported graphs: `--dag` (dot) and `--d3dag` (JSON)."""

from __future__ import annotations

import re

from ..findings import Findings
from ..graph import check_graph
from ..jsontree import load_json
from ..model import Dependency, JobDescription, Workflow
from ..slurm.submission import Context
from ..source import Source

NAME = "snakemake"
SUFFIXES = (".dot",)
_NODE = re.compile(r'^\s*(\w+)\s*\[\s*label\s*=\s*"((?:[^"\\]|\\.)*)"')
_EDGE = re.compile(r"^\s*(\w+)\s*->\s*(\w+)\s*;?\s*$")
_START = re.compile(r"\s*(?:strict\s+)?digraph\b[^{]*\{")


def looks_like(head: str) -> bool:
    """Whether the beginning of a file is one of the two."""
    if _START.match(head):
        return True
    start = head.lstrip("\ufeff \t\r\n")
    return start.startswith("{") and all(f'"{name}"' in head for name in ("nodes", "value", "id"))


def read(source: Source, context: Context, findings: Findings) -> Workflow:
    """Every job of the graph, with the jobs that it waits for."""
    if _START.match(source.head()):
        titles, edges = _dot(source.text, findings)
    else:
        titles, edges = _d3(source, findings)
    waits: dict[str, dict[str, None]] = {}
    for parent, child in edges:
        waits.setdefault(child, {})[parent] = None
    unknown = waits.keys() - titles.keys()
    for name in sorted(unknown)[:5]:
        findings.error("an edge ends in a job that is not there", option="links", value=name)
    jobs = tuple(
        JobDescription(
            id=ident,
            name=title,
            dependencies=tuple(
                Dependency(kind="afterok", job=parent) for parent in waits.get(ident, ())
            ),
        )
        for ident, title in titles.items()
    )
    check_graph(jobs, findings)
    return Workflow(jobs=jobs)


def _dot(text: str, findings: Findings) -> tuple[dict[str, str], list[tuple[str, str]]]:
    titles: dict[str, str] = {}
    edges: list[tuple[str, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        node, edge = _NODE.match(line), _EDGE.match(line)
        if node:
            # Wildcards follow the rule's name, each in a line of its own.
            titles[node[1]] = re.sub(r"\\(.)", _escaped, node[2])
        elif edge:
            edges.append((edge[1], edge[2]))
        elif "->" in line and "[" not in line:
            findings.error("not an edge", line=number, value=line.strip()[:200])
    if not titles:
        findings.error("no jobs in the graph", line=1)
    return titles, edges


def _escaped(match: re.Match[str]) -> str:
    return {"n": " ", "l": " ", "r": " "}.get(match[1], match[1])


def _d3(source: Source, findings: Findings) -> tuple[dict[str, str], list[tuple[str, str]]]:
    document = load_json(source, findings)
    if document is None or not document.is_object():
        return {}, []
    titles: dict[str, str] = {}
    for node in document.required("nodes").items():
        ident = node.required("id").label() if node.is_object() else None
        if ident is not None:
            value = node.get("value")
            titles[ident] = value.get("label", "rule").text() or ident
    edges = []
    links = document.get("links", "edges")
    for link in links.items() if links else ():
        if link.is_object():
            parent, child = link.required("u").label(), link.required("v").label()
            if parent is not None and child is not None:
                edges.append((parent, child))
    return titles, edges
