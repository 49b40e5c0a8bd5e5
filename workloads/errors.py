"""Mistakes in what a user hands in: all of them at once, each with its place and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_SHOWN = 50


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, what stands there, the rule it breaks and the way out."""

    message: str
    source: str = ""
    line: int | None = None
    column: int | None = None
    value: str | None = None
    rule: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = ":".join(
            str(p) for p in (self.source, self.line, self.column) if p not in ("", None)
        )
        text = f"{place}: {self.message}" if place else self.message
        if self.value is not None:
            text += f" (found {printable(self.value)})"
        if self.rule:
            text += f"; {self.rule}"
        if self.hint:
            text += f"\n    {self.hint}"
        return text


class InputError(ValueError):
    """The input is wrong; `problems` holds every mistake that was found."""

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(p) for p in self.problems[:MOST_SHOWN]))


def printable(text: str, most: int = 120) -> str:
    """`text` quoted, with control characters escaped and cut to `most` characters."""
    shown = text if len(text) <= most else text[:most] + "..."
    return repr(shown)


def nearest(name: str, known: Sequence[str]) -> str:
    """A sentence that names the known names nearest to a mistyped one."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return "known: " + ", ".join(known)
