"""What a reader did to a file that is not quite in its format: said exactly, with line numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .errors import InputError, Problem

Kind = Literal["repaired", "dropped", "assumed", "noted"]
LINES_SHOWN = 5


@dataclass(frozen=True)
class Repair:
    """One kind of irregularity: how often it was met, where first, and what was done about it."""

    kind: Kind
    """repaired, dropped and assumed change what is simulated; noted only tells."""
    count: int
    first_lines: tuple[int, ...]
    """Numbers of the first lines (from 1; rows of a table, jobs of a JSON), up to five."""
    what: str

    def __str__(self) -> str:
        where = ", ".join(str(line) for line in self.first_lines)
        more = ", ..." if self.count > len(self.first_lines) > 0 else ""
        lines = f" (line {where}{more})" if where else ""
        return f"{self.kind} {self.count:,}: {self.what}{lines}"


@dataclass(frozen=True)
class Repairs:
    """All that was repaired, dropped, assumed or noted while one file was read."""

    source: str = ""
    items: tuple[Repair, ...] = ()

    def __iter__(self) -> Iterator[Repair]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def count(self, kind: Kind) -> int:
        """How many lines were met of one kind."""
        return sum(item.count for item in self.items if item.kind == kind)

    def lines(self) -> list[str]:
        """A sentence each, for people."""
        return [str(item) for item in self.items]

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON: {"source": ..., "repairs": [{kind, count, first_lines, what}]}."""
        items = [asdict(item) | {"first_lines": list(item.first_lines)} for item in self.items]
        return {"source": self.source, "repairs": items}

    def forbid(self) -> None:
        """Raise InputError that lists everything that was not in the file as it was read."""
        changes = [item for item in self.items if item.kind != "noted"]
        if changes:
            raise InputError(_refusal(self.source, item) for item in changes)


def _refusal(source: str, item: Repair) -> Problem:
    line = item.first_lines[0] if item.first_lines else None
    return Problem(
        str(item),
        source,
        line,
        rule="strict reading allows no repair",
        hint="read it without strict",
    )
