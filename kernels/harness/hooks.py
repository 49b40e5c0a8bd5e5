"""What a kernel may have beyond the contract when a run leaves something behind."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Prepares(Protocol):
    """Has something to do before every run that is no part of what is timed."""

    def before(self, inputs: Any) -> None:
        """Called before each run, outside of the timing."""


@runtime_checkable
class Releases(Protocol):
    """Holds files, or anything else that outlives a run."""

    def release(self, inputs: Any) -> None:
        """Called once after the last run."""
