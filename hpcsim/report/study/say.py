"""Figures of a study as a person writes them: the unit stands at the end of the name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .. import words

_SHARES = ("utilization", "fill", "share", "fairness", "availability")


def plain(name: str) -> str:
    """The name without what it is of: `p95_wait_s` of `p95_wait_s[class=clinical]`."""
    return name.partition("[")[0].rpartition(".")[2]


def figure(name: str, value: float | None) -> str:
    """A value of that figure."""
    if value is None or math.isnan(value):
        return words.NOTHING
    own = plain(name)
    if own.endswith("_s") and not own.endswith("per_s"):
        return words.duration(value)
    if own.endswith(_SHARES):
        return words.share(value)
    return words.number(value)


def interval(name: str, ends: Sequence[float | None] | None) -> str:
    """Two ends of an interval."""
    if ends is None or any(end is None for end in ends):
        return words.NOTHING
    return " to ".join(figure(name, end) for end in ends)


def estimate(name: str, found: Mapping[str, Any]) -> str:
    """A mean with its interval."""
    return f"{figure(name, found['mean'])} ({interval(name, found['interval'])})"


def value(found: Any) -> str:
    """A value that somebody has set."""
    if isinstance(found, float):
        return words.number(found)
    return f"{found:,}" if isinstance(found, int) and not isinstance(found, bool) else str(found)


def scale(name: str) -> tuple[float, str]:
    """By what a figure is divided on an axis, and the label of that axis."""
    own = plain(name)
    if own.endswith("_s") and not own.endswith("per_s"):
        return 3600.0, f"{name.replace('_s', '', 1) if name == own else name}, hours"
    return 1.0, name
