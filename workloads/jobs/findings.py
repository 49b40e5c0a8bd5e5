"""What a reader found wrong or doubtful in a description: every mistake, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..errors import Problem, printable

MOST_FINDINGS = 200
"""A hostile file can be wrong in a million places; nobody reads more than these."""


@dataclass(frozen=True)
class Finding:
    """One mistake (`error`) or doubtful thing (`warning`) in a job description.

    `option` is the name of what is wrong in the words of the dialect (`--time`, `-l walltime`,
    `resources.cpu_cores`), `value` what stands there, `message` the rule it breaks and `hint`
    the way out. `line` and `column` count from 1; None where the value came from elsewhere
    (the command line, the environment) or the format has no lines.
    """

    severity: Literal["error", "warning"]
    message: str
    line: int | None = None
    column: int | None = None
    option: str | None = None
    value: str | None = None
    hint: str | None = None

    def problem(self, source: str) -> Problem:
        """The same as the project's general error record."""
        return Problem(self.message, source, self.line, self.column, self.value, hint=self.hint)

    def text(self, source: str) -> str:
        """One line (two with a hint) for a person, with control characters escaped."""
        place = ":".join(str(p) for p in (source, self.line, self.column) if p is not None)
        shown = f"{place}: {self.severity}: {self.message}"
        if self.value is not None and printable(self.value) not in shown:
            shown += f" (found {printable(self.value)})"
        return f"{shown}\n    {self.hint}" if self.hint else shown


@dataclass(frozen=True)
class Place:
    """Where a field of a job was asked for: the option as it is written, its value, its line."""

    option: str
    value: str | None = None
    line: int | None = None


@dataclass
class Findings:
    """The findings of one file, in the order in which they were met.

    `places` says of each job, in the order of the file, where its fields were asked for; readers
    of formats without lines leave it empty.
    """

    items: list[Finding] = field(default_factory=list)
    places: list[Mapping[str, Place]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether further findings are no longer noted."""
        return len(self.items) >= MOST_FINDINGS

    def error(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        option: str | None = None,
        value: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a mistake: the description is not valid."""
        self.add(Finding("error", message, line, column, option, value, hint))

    def warning(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        option: str | None = None,
        value: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note something doubtful: valid, but probably not what was meant."""
        self.add(Finding("warning", message, line, column, option, value, hint))

    def add(self, finding: Finding) -> None:
        """Note a finding, once."""
        if len(self.items) < MOST_FINDINGS and finding not in self.items:
            self.items.append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The mistakes."""
        return tuple(f for f in self.items if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The doubtful things."""
        return tuple(f for f in self.items if f.severity == "warning")
