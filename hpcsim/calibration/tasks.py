"""Recorded tasks carried from one kind of node to another by what their class waits for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from .classes import JobClass, shipped
from .estimate import Part
from .kinds import kinds


class Scores(Part):
    """A node by two microbenchmarks, more is faster, and its nominal clock."""

    cpu: float
    io: float
    clock_ghz: float


class Recorded(Part):
    """The node types and which class each recorded task is of."""

    nodes: Mapping[str, Scores]
    tasks: Mapping[str, tuple[str, ...]]

    def class_of(self, task: str) -> JobClass:
        """The class of a recorded task by its name."""
        name = task.lower()
        for kind, patterns in self.tasks.items():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                return shipped().classes[kind]
        raise KeyError(task)


@cache
def recorded() -> Recorded:
    """The node types that come with hpcsim."""
    text = resources.files(__package__).joinpath("tasks.toml").read_text(encoding="utf-8")
    return Recorded.model_validate(tomllib.loads(text))


def carried_ratio(task: str, here: str, there: str) -> float:
    """Run time of a task on node type `there` over that on `here`, by its class's shares.

    The part in the core follows the processor's score. Files follow the disk's. Waiting for memory
    has no score of its own and is taken as the mean of both.
    """
    known = recorded()
    old, new = known.nodes[here], known.nodes[there]
    kind = known.class_of(task)
    waiting = sum(share for name, share in kind.kernels.items() if kinds()[name].latency)
    in_core = 1 - kind.io - waiting
    cpu, disk = old.cpu / new.cpu, old.io / new.io
    return in_core * cpu + kind.io * disk + waiting * (cpu + disk) / 2


def naive_ratio(here: str, there: str) -> float:
    """What the clocks alone say."""
    nodes = recorded().nodes
    return nodes[here].clock_ghz / nodes[there].clock_ghz
