"""The smallest value of one path that is enough, found by bisection.

Bisection goes by what a few runs refute; what they do not is judged by all. To show that a value is
enough takes many times the runs that show it is not.

More of a capacity never makes fewer runs meet their targets, all runs having the same chances: so
much is assumed. (Backfilling may break it by a hair; the answer is then a value that is enough and
whose neighbour below is not, as it is in any case.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hpcsim.errors import InputError, Problem

from ..sweep.axes import Axis
from .verdict import Verdict

MOST_TIMES = 8  # how far above today's value is looked where no range is given
FINE = 100  # parts of today's value that a capacity which is no count is found to


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


class Judges(Protocol):
    """Who says what is enough."""

    def __call__(self, value: Any) -> Verdict:
        """Whether the value is enough."""

    def refuted(self, value: Any) -> Verdict | None:
        """The verdict, where few runs show that it is not."""


def smallest(axis: Axis, today: Any, judge: Judges) -> Found:
    """Search the axis' values, or from today's value up and down where it has none."""
    search = _Search(judge, Found(None))
    if axis.values:
        search.within(_values(axis, today))
    else:
        _around(today, search)
    return search.found


class _Search:
    """What has been tried, each value once."""

    def __init__(self, judge: Judges, found: Found) -> None:
        self._judge = judge
        self.found = found

    def enough(self, value: Any) -> bool:
        tried = self.found.tried
        if value not in tried:
            tried[value] = self._judge(value)
        return tried[value].enough

    def within(self, values: Sequence[Any]) -> None:
        """The least of ascending values that is enough, if any is."""
        if not self.enough(values[-1]):
            return
        low, high = -1, len(values) - 1
        while high - low > 1:
            least = self._first_unrefuted(values, low, high)
            if least < high and not self.enough(values[least]):
                low = least
            else:
                low, high = least - 1, least
        self.found.value = values[high]
        self.found.is_end = high == 0

    def _first_unrefuted(self, values: Sequence[Any], low: int, high: int) -> int:
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_refuted(values[middle]):
                low = middle
            else:
                high = middle
        return high

    def _is_refuted(self, value: Any) -> bool:
        tried = self.found.tried
        if value in tried:
            return not tried[value].enough
        verdict = self._judge.refuted(value)
        if verdict is not None:
            tried[value] = verdict
        return verdict is not None


def _around(today: Any, search: _Search) -> None:
    """Steps that double, up or down from today's value, until the answer lies between two."""
    unit = 1 if isinstance(today, int) else today / FINE
    least, most = (1 if isinstance(today, int) else unit), today * MOST_TIMES
    found, enough = search.found, search.enough
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
    search.within(grid)


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
