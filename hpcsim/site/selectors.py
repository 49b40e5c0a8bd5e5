"""Node names: `thin` is all nodes of that type, `thin[0-99,120]` are some of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .mistakes import near

RULE = 'a node type, or some of its nodes as in "thin[0-99,120]"'
_FORM = re.compile(r"(?P<kind>[A-Za-z0-9_.:@+-]+)(?:\[(?P<ranges>[0-9,-]{1,4000})\])?")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


class SelectorError(ValueError):
    """A selector that names no nodes; `hint` is the way out."""

    def __init__(self, message: str, hint: str = RULE) -> None:
        super().__init__(message)
        self.hint = hint


def select(selector: str, counts: Mapping[str, int]) -> tuple[str, list[range]]:
    """The node type and the ranges of indices within it; `counts` gives the nodes by type.

    Raises SelectorError for a wrong form, an unknown type, or an index that does not exist.
    """
    found = _FORM.fullmatch(selector)
    if not found:
        raise SelectorError("does not name nodes")
    kind = found["kind"]
    if kind not in counts:
        raise SelectorError("is not a node type", near(kind, counts))
    if found["ranges"] is None:
        return kind, [range(counts[kind])]
    return kind, [_range(part, kind, counts[kind]) for part in found["ranges"].split(",")]


def _range(text: str, kind: str, count: int) -> range:
    found = _RANGE.fullmatch(text)
    if not found:
        raise SelectorError(f"{text!r} is not a range of nodes")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise SelectorError(f"the range {text} runs backwards")
    if last >= count:
        raise SelectorError(f"there is no {kind}[{last}]", f"{kind} has nodes 0 to {count - 1}")
    return range(first, last + 1)
