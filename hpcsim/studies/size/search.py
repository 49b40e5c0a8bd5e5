"""The smallest value of one path that is enough, found by bisection.

More of a capacity never makes fewer runs meet their targets, all runs having the same chances: so
much is assumed. (Backfilling may break it by a hair; the answer is then a value that is enough and
whose neighbour below is not, as it is in any case.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hpcsim.errors import InputError, Problem

from ..sweep.axes import Axis
from .verdict import Verdict

MOST_TIMES = 8  # how far above today's value is looked where no range is given
FINE = 100  # parts of today's value that a capacity which is no count is found to
Judge = Callable[[Any], Verdict]


@dataclass
class Found:
    """The smallest value that is enough, None where none is; what was tried on the way."""

    value: Any | None
    tried: dict[Any, Verdict] = field(default_factory=dict)
    is_end: bool = False
    """Whether the answer is the range's lower end, so that less might do too."""

    @property
    def best(self) -> Verdict:
        """The verdict of the answer, or of the point that came nearest."""
        if self.value is not None:
            return self.tried[self.value]
        return max(self.tried.values(), key=lambda each: each.share.mean)


def smallest(axis: Axis, today: Any, judge: Judge) -> Found:
    """Search the axis' values, or from today's value up and down where it has none."""
    found = Found(None)

    def enough(value: Any) -> bool:
        if value not in found.tried:
            found.tried[value] = judge(value)
        return found.tried[value].enough

    if axis.values:
        _in_list(_values(axis, today), enough, found)
    else:
        _around(today, enough, found)
    return found


def _in_list(values: Sequence[Any], enough: Callable[[Any], bool], found: Found) -> None:
    if not enough(values[-1]):
        return
    if enough(values[0]):
        found.value, found.is_end = values[0], True
        return
    low, high = 0, len(values) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if enough(values[middle]):
            high = middle
        else:
            low = middle
    found.value = values[high]


def _around(today: Any, enough: Callable[[Any], bool], found: Found) -> None:
    """Steps that double, up or down from today's value, until the answer lies between two."""
    unit = 1 if isinstance(today, int) else today / FINE
    least, most = (1 if isinstance(today, int) else unit), today * MOST_TIMES
    up = not enough(today)
    step = max(unit, round(today / 50) if isinstance(today, int) else today / 50)
    last = today
    while True:
        value = min(most, last + step) if up else max(least, last - step)
        if enough(value) == up or value in (least, most):
            break
        last, step = value, step * 2
    if up and not found.tried[value].enough:
        return
    low, high = (last, value) if up else (value, last)
    if not up and found.tried[low].enough:
        found.value, found.is_end = low, True
        return
    parts = round((high - low) / unit)
    grid = [low + unit * i for i in range(parts)] + [high]
    _in_list(grid, enough, found)


def _values(axis: Axis, today: Any) -> Sequence[Any]:
    numbers = [v for v in axis.values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(axis.values):
        rule = "a capacity is a number: path=low:high:step"
        raise InputError(Problem(f"{axis.path} is no capacity", "--vary", rule=rule))
    if not axis.is_span:
        return sorted(numbers)
    low, high = min(numbers), max(numbers)
    if axis.is_whole:
        return range(int(low), int(high) + 1)
    step = max((high - low) / 1000, abs(float(today)) / FINE / 10)
    return [low + step * i for i in range(math.floor((high - low) / step + 1e-9))] + [high]
