"""Job classes: a kernel mix, its files and its messages, anchored at a machine that it ran on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Self

from pydantic import Field, model_validator

from .estimate import Estimate, Part
from .kinds import kinds

ROUNDING = 1e-9


class Reference(Part):
    """Where a class's times were taken: a node of a shipped site, or one described here.

    Values with an interval are [value, low, high].
    """

    site: str | None = None
    clock_ghz: tuple[float, float, float] | None = None
    vector_clock_ghz: tuple[float, float, float] | None = None
    flop_per_cycle: int = 32
    core_bandwidth_gbs: tuple[float, float, float] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        described = (self.clock_ghz, self.vector_clock_ghz, self.core_bandwidth_gbs)
        if self.site is None and None in described:
            raise ValueError("a reference names a site, or clocks and bandwidth")
        return self


class JobClass(Part):
    """Shares of a job's time at its reference; they add up to 1."""

    name: str
    matches: tuple[str, ...]
    reference: str
    kernels: Mapping[str, float]
    io: float = Field(default=0.0, ge=0, le=1)
    latency: float = Field(default=0.0, ge=0, le=1)
    bandwidth: float = Field(default=0.0, ge=0, le=1)
    nodes: int = Field(default=1, ge=1)
    spread: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        total = sum(self.kernels.values()) + self.io + self.latency + self.bandwidth
        if abs(total - 1) > ROUNDING:
            raise ValueError(f"the shares of {self.name} add up to {total:g}, not to 1")
        unknown = set(self.kernels) - set(kinds())
        if unknown:
            raise ValueError(f"{self.name} names kernels that are not there: {sorted(unknown)}")
        if self.nodes == 1 and self.latency + self.bandwidth:
            raise ValueError(f"{self.name} sends messages on one node")
        return self

    @property
    def wants_bandwidth(self) -> bool:
        """Whether memory traffic is part of its time."""
        return any(kinds()[name].bytes > 0 for name in self.kernels)

    @property
    def wants_network(self) -> bool:
        """Whether messages are part of its time on several nodes."""
        return self.latency + self.bandwidth > 0


class Classes(Part):
    """All classes and their references."""

    references: Mapping[str, Reference]
    classes: Mapping[str, JobClass]

    def find(self, task: str) -> JobClass:
        """The class of a task, named as owner/step: the first that matches."""
        for kind in self.classes.values():
            if any(fnmatchcase(task, pattern) for pattern in kind.matches):
                return kind
        raise KeyError(task)


@cache
def shipped() -> Classes:
    """The centre's classes."""
    text = resources.files(__package__).joinpath("classes.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    named = {name: {"name": name, **table} for name, table in data["classes"].items()}
    return Classes.model_validate({"references": data["references"], "classes": named})


def spread_of(kind: JobClass) -> Estimate:
    """The factor by which a class's carried time may be off."""
    return Estimate(
        value=1.0,
        low=1 / (1 + kind.spread),
        high=1 + kind.spread,
        unit="1",
        basis="assumed",
        note=f"{kind.name}: its mix stands for its programs",
    )
