"""What a reader returns, whatever the dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .findings import Finding, Place
from .model import JobDescription, Workflow


@dataclass(frozen=True)
class Reading:
    """The jobs of one file and everything that is wrong or doubtful in it."""

    file: str
    dialect: str
    workflow: Workflow
    findings: tuple[Finding, ...] = ()
    places: tuple[Mapping[str, Place], ...] = ()

    @property
    def jobs(self) -> tuple[JobDescription, ...]:
        """The jobs, components or tasks, in the order of the file."""
        return self.workflow.jobs

    def place(self, job: int, *fields: str) -> Place:
        """Where the first of `fields` that was asked for stands; without a line if unknown."""
        known = self.places[job] if len(self.places) == len(self.jobs) else {}
        found = next((known[name] for name in fields if name in known), None)
        if found is not None:
            return found
        asked = [name for name in fields if getattr(self.jobs[job], name) is not None]
        name = (asked or list(fields))[0]
        return Place(name, str(getattr(self.jobs[job], name)) if asked else None)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the description invalid."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is doubtful."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors
