"""Node lists such as `node[01-16,20],login`: expanded with a limit, written short again."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_HOSTS = 65536
_RANGE = re.compile(r"([0-9]+)(?:-([0-9]+))?")


class BadHostlistError(ValueError):
    """A node list with brackets that do not close, a range that runs backwards, or too many."""


def expand(text: str) -> list[str]:
    """The names in a list, in order, duplicates kept; `BadHostlistError` if it is not one."""
    names: list[str] = []
    for part in _parts(text):
        for name in _expand_part(part, MOST_HOSTS - len(names)):
            names.append(name)
            if len(names) > MOST_HOSTS:
                raise BadHostlistError(f"more than {MOST_HOSTS} nodes")
    return names


def _parts(text: str) -> Iterable[str]:
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "[") - (letter == "]")
        if depth not in (0, 1):
            raise BadHostlistError(f"brackets do not match in {text!r}")
        if depth == 0 and letter in ", \t\n":
            if text[start:at]:
                yield text[start:at]
            start = at + 1
    if depth:
        raise BadHostlistError(f"a bracket is not closed in {text!r}")
    if text[start:]:
        yield text[start:]


def _expand_part(part: str, room: int) -> list[str]:
    prefix, bracket, rest = part.partition("[")
    if not bracket:
        return [part]
    inside, _, after = rest.partition("]")
    made: list[str] = []
    for piece in inside.split(","):
        match = _RANGE.fullmatch(piece)
        if match is None or len(piece) > 24:
            raise BadHostlistError(f"{piece!r} is not a range in {part!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise BadHostlistError(f"the range {piece!r} runs backwards")
        if last - first + len(made) > room:
            raise BadHostlistError(f"more than {MOST_HOSTS} nodes")
        width = len(match[1])
        made += [f"{prefix}{number:0{width}d}" for number in range(first, last + 1)]
    if not after:
        return made
    tails = _expand_part(after, max(room // max(len(made), 1), 0))
    return [head + tail for head in made for tail in tails]


def shorten(names: Iterable[str]) -> str:
    """The names written as ranges: `node01,node02` becomes `node[01-02]`; order is kept."""
    groups: list[tuple[str, int, list[tuple[int, int]]]] = []
    for name in names:
        match = re.fullmatch(r"(.*?)([0-9]{1,15})", name)
        if match is None:
            groups.append((name, -1, []))
            continue
        prefix, width, number = match[1], len(match[2]), int(match[2])
        if groups and groups[-1][:2] == (prefix, width):
            ranges = groups[-1][2]
            if ranges[-1][1] + 1 == number:
                ranges[-1] = (ranges[-1][0], number)
            else:
                ranges.append((number, number))
        else:
            groups.append((prefix, width, [(number, number)]))
    return ",".join(_show(*group) for group in groups)


def _show(prefix: str, width: int, ranges: list[tuple[int, int]]) -> str:
    if width < 0:
        return prefix
    shown = [f"{a:0{width}d}" if a == b else f"{a:0{width}d}-{b:0{width}d}" for a, b in ranges]
    if len(shown) == 1 and "-" not in shown[0]:
        return prefix + shown[0]
    return f"{prefix}[{','.join(shown)}]"
