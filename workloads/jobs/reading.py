"""What a reader returns, whatever the dialect."""

from __future__ import annotations

from dataclasses import dataclass

from .findings import Finding
from .model import JobDescription, Workflow


@dataclass(frozen=True)
class Reading:
    """The jobs of one file and everything that is wrong or doubtful in it."""

    file: str
    dialect: str
    workflow: Workflow
    findings: tuple[Finding, ...] = ()

    @property
    def jobs(self) -> tuple[JobDescription, ...]:
        """The jobs, components or tasks, in the order of the file."""
        return self.workflow.jobs

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
