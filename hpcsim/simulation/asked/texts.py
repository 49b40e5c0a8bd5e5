"""The texts in which jobs ask for things, one distinct text at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workloads.jobs.slurm.gres import items
from workloads.workload import Workload

_LICENCE = re.compile(r"([^:=,;@\s]+)(?:@[^:=,;\s]+)?(?:[:=](\d{1,9}))?")
_SHAPE = re.compile(
    r"(?P<nodes>\d{1,7})x(?P<cores>\d{1,7}):(?P<run>\d+(?:\.\d+)?)(?:/(?P<limit>\d+(?:\.\d+)?))?"
)
_NAME = re.compile(r"[A-Za-z0-9_.:@+-]+")


@dataclass(frozen=True)
class Mould:
    """One alternative of a moldable job; times in seconds."""

    nodes: int
    cores: int
    runtime_s: float
    limit_s: float


def rows_by_text(workload: Workload, column: str) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Each distinct text of a wish, and the rows of the jobs that have it."""
    codes = workload.wishes.get(column)
    if codes is None:
        return
    order = np.argsort(codes, kind="stable")
    known, first = np.unique(codes[order], return_index=True)
    for code, rows in zip(known.tolist(), np.split(order, first[1:]), strict=True):
        text = workload.label(column, code).strip() if code >= 0 else ""
        if text:
            yield text, rows


def licences(text: str) -> dict[str, int] | None:
    """Counts by name of `matlab:1,ansys:4`; None where the text is none."""
    found: dict[str, int] = {}
    for item in re.split(r"[,;]", text):
        match = _LICENCE.fullmatch(item.strip())
        if match is None:
            return None
        found[match[1]] = found.get(match[1], 0) + int(match[2] or 1)
    return found


def resources(text: str) -> dict[str, int]:
    """Counts by name of `gpu:a100:2,nvme_tb`, the type behind a colon."""
    found: dict[str, int] = {}
    for name, kind, count in items(text):
        full = f"{name}:{kind}" if kind else name
        found[full] = found.get(full, 0) + count
    return found


def features(text: str) -> tuple[str, ...] | None:
    """The names in `a&b|c`, of which `&` binds closer; None where the text is none."""
    names = [name.strip() for name in re.split(r"[&|]", text.replace(",", "&"))]
    return tuple(names) if all(_NAME.fullmatch(name) for name in names) else None


def satisfying(text: str, has: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """bool[N]: the nodes that have what the text asks for; `has` gives them by name."""
    either = [
        np.logical_and.reduce([has[name.strip()] for name in part.split("&")])
        for part in text.replace(",", "&").split("|")
    ]
    found: NDArray[np.bool_] = np.logical_or.reduce(either)
    return found


def moulds(text: str) -> tuple[Mould, ...] | None:
    """The alternatives of `2x20:3600/7200,4x20:2000`; without a limit it is the run time."""
    found = []
    for item in text.split(","):
        match = _SHAPE.fullmatch(item.strip())
        if match is None:
            return None
        run = float(match["run"])
        mould = Mould(int(match["nodes"]), int(match["cores"]), run, float(match["limit"] or run))
        if mould.nodes < 1 or mould.cores < 1:
            return None
        found.append(mould)
    return tuple(found)
