"""The programs that jobs name: which class each is, and how well it used some number of cores."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Literal, Self

from pydantic import Field, model_validator

from .classes import JobClass, shipped
from .estimate import Part


class Program(Part):
    """A program, or one tool of it; `efficiency` is processor time over cores times wall time."""

    name: str
    commands: tuple[str, ...]
    argument: str | None = None
    kind: str = Field(alias="class")
    spreads: bool = False
    cores: int = Field(default=1, ge=1)
    efficiency: float = Field(default=1.0, gt=0, le=1)
    source: Literal["S", "A"]

    @model_validator(mode="after")
    def _has_a_curve(self) -> Self:
        if self.kind not in shipped().classes:
            raise ValueError(f"{self.name} is of no known class: {self.kind}")
        if self.spreads != self.job_class.wants_network:
            raise ValueError(f"{self.name}: what spreads over nodes passes messages")
        if not self.spreads and self.cores == 1:
            raise ValueError(f"{self.name} has no efficiency on several cores")
        return self

    @property
    def job_class(self) -> JobClass:
        """The class that it is."""
        return shipped().classes[self.kind]

    @property
    def serial(self) -> float:
        """The share of a run on one core that further cores do not shorten, by Amdahl's law."""
        if self.cores == 1:
            return 0.0
        return min((1 / self.efficiency - 1) / (self.cores - 1), 1.0)

    def is_run_by(self, name: str, arguments: Sequence[str]) -> bool:
        """Whether a command with this base name and these arguments runs it."""
        if not any(fnmatchcase(name, pattern) for pattern in self.commands):
            return False
        return self.argument is None or self.argument in arguments


@cache
def programs() -> Mapping[str, Program]:
    """All that are known, by name."""
    text = resources.files(__package__).joinpath("programs.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text).items()
    return {name: Program.model_validate({"name": name, **row}) for name, row in rows}
