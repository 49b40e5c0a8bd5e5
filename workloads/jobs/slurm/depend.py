"""Dependencies as the controller reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import Dependency, DependencyKind
from .cstring import strtol

MOST_DEPENDENCIES = 10_000
_KINDS: tuple[tuple[str, DependencyKind], ...] = (
    ("afternotok:", "afternotok"),
    ("aftercorr:", "aftercorr"),
    ("afterany:", "afterany"),
    ("afterok:", "afterok"),
    ("afterburstbuffer:", "afterburstbuffer"),
    ("after:", "after"),
)


class BadDependencyError(ValueError):
    """A dependency that the controller refuses."""


@dataclass(frozen=True)
class Dependencies:
    """What a `--dependency` means; `any_one` where alternatives were given with `?`."""

    items: tuple[Dependency, ...] = ()
    any_one: bool = False


def parse_dependency(text: str) -> Dependencies:
    """Read `--dependency`; `BadDependencyError` for what is refused. Empty and `0` are none."""
    if text in ("", "0"):
        return Dependencies()
    found: list[Dependency] = []
    any_one = False
    at = 0
    while True:
        if text[at : at + 9].lower() == "singleton":
            at = _skip_state(text, at + 9)
            found.append(Dependency(kind="singleton"))
            if text[at : at + 1] not in ("", ",", "?"):
                raise BadDependencyError(f"{text[at:]!r} follows singleton")
        elif text[at : at + 1].isdigit() and ":" not in text[at:]:
            job, element, at = _job(text, at)
            found.append(Dependency(kind="afterany", job=job, element=element))
            if text[at : at + 1] not in ("", ","):
                raise BadDependencyError(f"{text[at:]!r} follows a job number")
        else:
            at = _typed(text, at, found)
        if len(found) > MOST_DEPENDENCIES:
            raise BadDependencyError(f"more than {MOST_DEPENDENCIES} dependencies")
        separator = text[at : at + 1]
        if separator not in (",", "?"):
            return Dependencies(tuple(found), any_one)
        any_one |= separator == "?"
        at += 1


def _typed(text: str, at: int, found: list[Dependency]) -> int:
    """Read `afterok:12:13_4+5`; returns where it ends, at a separator or at what is ignored."""
    kind, at = _kind(text, at)
    while True:
        job, element, at = _job(text, at)
        delay = None
        if text[at : at + 1] == "+":
            minutes, end = strtol(text, at + 1)
            if minutes <= 0:
                raise BadDependencyError("the delay after + is not a positive number of minutes")
            delay, at = minutes * 60, end
        elif text[at : at + 1] not in ("", ",", "?", ":", "("):
            raise BadDependencyError(f"{text[at:]!r} follows a job number")
        at = _skip_state(text, at)
        found.append(Dependency(kind=kind, job=job, element=element, delay_s=delay))
        if text[at : at + 1] != ":" or len(found) > MOST_DEPENDENCIES:
            return at
        at += 1


def _kind(text: str, at: int) -> tuple[DependencyKind, int]:
    """The word before the colon and where its first job begins."""
    for prefix, kind in _KINDS:
        # Slurm compares only 11 letters of the longest word, so that afterburstb... is enough.
        if text[at : at + min(len(prefix), 11)].lower() == prefix[:11] and ":" in text[at:]:
            return kind, text.index(":", at) + 1
    raise BadDependencyError(f"{text[at:]!r} does not begin with after, afterok, ... and a colon")


def _job(text: str, at: int) -> tuple[str, str | None, int]:
    number, end = strtol(text, at)
    if number % 2**32 == 0:
        raise BadDependencyError(f"{text[at:]!r} does not begin with a job number")
    element = None
    if text[end : end + 1] == "_":
        match = re.compile(r"\*|\[[^\]]*\]").match(text, end + 1)
        if match:
            element, end = match[0], match.end()
        else:
            index, end = strtol(text, end + 1)
            element = str(index)
    return str(number), element, end


def _skip_state(text: str, at: int) -> int:
    if "(" not in text[at:]:
        return at
    if ")" not in text[at:]:
        raise BadDependencyError("a parenthesis is not closed")
    return text.index(")", at) + 1
