"""Figures of a study as a person writes them: the unit stands at the end of the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ... import words
from ...units import DAY_S, HOUR_S, MINUTE_S


def estimate(name: str, found: Mapping[str, Any]) -> str:
    """A mean with its interval."""
    low, high = found["interval"]
    return words.estimate(name, found["mean"], low, high)


def difference(name: str, found: Mapping[str, Any]) -> str:
    """A difference with its interval; that of two shares is in points, for it is no part of one."""
    return estimate(name, found).replace(" %", " points")


def value(found: Any) -> str:
    """A value that somebody has set."""
    if isinstance(found, float):
        return words.number(found)
    return f"{found:,}" if isinstance(found, int) and not isinstance(found, bool) else str(found)


def scale(name: str, values: Sequence[float | None]) -> tuple[float, str]:
    """By what a figure is divided on an axis, so that its values read well, and the axis' label."""
    own = words.plain(name)
    if not own.endswith("_s") or own.endswith("per_s"):
        return 1.0, name
    largest = max((abs(v) for v in values if v is not None), default=0.0)
    label = name.replace(own, own.removesuffix("_s"), 1)
    for size_s, unit in ((DAY_S, "days"), (HOUR_S, "hours"), (MINUTE_S, "minutes")):
        if largest >= 2 * size_s:
            return size_s, f"{label}, {unit}"
    return 1.0, f"{label}, seconds"
