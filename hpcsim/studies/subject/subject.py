"""The one thing that a study changes, runs and measures, whatever kind of world it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from hpcsim.errors import InputError, Problem, nearest
from hpcsim.metrics.select import columns, values

from ..study.metric import Metric


@dataclass(frozen=True)
class Measured:
    """The figures of one run by name, and the intervals of those that one run can tell."""

    figures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What can be asked of a subject: figures, and columns by which its jobs can be told apart."""

    figures: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]


class Subject(Protocol):
    """A world that can be changed by path and run with a seed; it goes to workers as it is."""

    @property
    def name(self) -> str:
        """What the user called it."""

    @property
    def seed(self) -> int:
        """The seed of the study where none is given."""

    @property
    def title(self) -> str:
        """One line on what it is."""

    def changed(self, changes: Mapping[str, Any]) -> Subject:
        """The subject with values put in by path; InputError with every one that cannot be."""

    def today(self, path: str) -> Any:
        """The value at a path; InputError, with the nearest known ones, without one."""

    def paths(self) -> list[str]:
        """The paths whose values are numbers."""

    def described(self) -> dict[str, Any]:
        """Everything that its runs depend on, for the study's record."""

    def measure(self, seed: int, wanted: Sequence[Metric], *, alone: bool = False) -> Measured:
        """Run it once; with `alone`, the run has to tell its own intervals."""

    def known(self, wanted: Sequence[Metric] = ()) -> Known:
        """What can be asked of it, from a run cut short, or longer if that lacks what is wanted."""

    def assumptions(self) -> list[Assumption]:
        """What it rests on."""


@dataclass(frozen=True)
class Assumption:
    """A value that somebody has found, derived or assumed, and the span in which it may lie."""

    path: str
    value: Any
    unit: str
    source: str
    what: str
    span: tuple[float, float] | None = None


def figures_known(known: Known, wanted: Sequence[Metric]) -> None:
    """Raise InputError with every metric that no run can tell, and what there is instead."""
    problems = []
    for metric in wanted:
        if metric.where and metric.name.partition(".")[2]:
            rule = "only figures of jobs can be asked of some of them"
            problems.append(Problem("no such figure of some jobs", value=str(metric), rule=rule))
        elif metric.name not in known.figures:
            plain = [name for name in known.figures if "[" not in name]
            problems.append(
                Problem("there is no such metric", value=metric.name, hint=_near(metric, plain))
            )
        for column, value in metric.where:
            if column not in known.columns:
                hint = nearest(column, sorted(known.columns))
                problems.append(Problem(f"{metric}: jobs have no {column}", hint=hint))
            elif value not in known.columns[column]:
                hint = nearest(value, list(known.columns[column]))
                problems.append(Problem(f"{metric}: no job has {column} {value}", hint=hint))
    if problems:
        raise InputError(problems)


def columns_known(jobs: pa.Table) -> dict[str, list[str]]:
    """The values of each column by which jobs can be told apart."""
    return {name: values(jobs, name) for name in columns(jobs)}


def _near(metric: Metric, names: Sequence[str]) -> str:
    """The nearest names, all of the metric's own branch, and which other branches there are."""
    close = nearest(metric.name, names)
    near = "" if close.startswith("known") else f"{close} "
    branches: dict[str, list[str]] = {}
    for name in names:
        branches.setdefault(_branch(name), []).append(name)
    meant = _branch(metric.name) if _branch(metric.name) in branches else ""
    own = branches.pop(meant, [])
    text = f"{near}{f'Of {meant}' if meant else 'Of all jobs'}: {', '.join(own)}"
    others = [f"{branch} ({found[0]}, ...)" for branch, found in branches.items() if branch]
    return f"{text}. Others of: {', '.join(others)}" if others else text


def _branch(name: str) -> str:
    """The subsystem that a figure is of, as `storage` of `storage.fill`; nothing for jobs."""
    return name.partition(".")[0] if "." in name else ""
