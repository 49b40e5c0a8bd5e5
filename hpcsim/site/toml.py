"""Reading a TOML file into a pydantic model, with every mistake told at once at its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hpcsim.errors import InputError, Problem

MOST_BYTES = 2**20

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_TABLE = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_PATH})[ \t]*\]")
_VALUE = re.compile(rf"[ \t]*({_PATH})[ \t]*=")
_PIECE = re.compile(_KEY)
# The parser takes quadratic time for one key of very many parts; no model is so deep.
_DEEP = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_KEY}[ \t]*\.[ \t]*){{64}}")

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A parsed file: what it says, where it came from, and the line of each key."""

    data: dict[str, Any]
    source: str
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int | None:
        """The line of `path`, or of the nearest thing around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read(path: Path) -> Document:
    """Read and parse `path`; InputError if it cannot be read or is no TOML."""
    source = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(Problem(error.strerror or "cannot be read", source)) from None
    except UnicodeDecodeError as error:
        raise InputError(Problem(f"is not UTF-8 at byte {error.start}", source)) from None
    if len(raw) > MOST_BYTES:
        raise InputError(Problem(f"is larger than {MOST_BYTES} bytes", source))
    return parse(text, source)


def parse(text: str, source: str) -> Document:
    """Parse `text`; InputError with its line if it is no TOML."""
    if deep := _DEEP.search(text):
        number = text.count("\n", 0, deep.start()) + 1
        raise InputError(Problem("a key of more than 64 parts", source, number))
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise InputError(Problem(f"not TOML: {message}", source, line, column)) from None
    return Document(data, source, _lines(text))


def _lines(text: str) -> dict[Path_, int]:
    """The line of each table and key; good enough for messages, silent where unsure."""
    found: dict[Path_, int] = {}
    table: Path_ = ()
    counts: dict[Path_, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if head := _TABLE.match(line):
            table = _pieces(head[2])
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], number)
        elif key := _VALUE.match(line):
            path = (*table, *_pieces(key[1]))
            for end in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:end], number)
    return found


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece.strip("\"'") for piece in _PIECE.findall(text))
