"""The date at which something stops holding, in each future, and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from hpcsim.center.calendar import NEVER_DAYS

from ..statistics import CONFIDENCE
from ..study.metric import Target

Floats = npt.NDArray[np.float64]
NEVER = np.inf
LATELY = 4  # quarters whose growth is carried on beyond the last


@dataclass(frozen=True)
class Break:
    """When something stops holding: the middle future's day, and the ends of the interval.

    `share` of the futures see it: within the horizon or, where it `goes_on`, at all. Days count
    from the start and are infinite where it never comes.
    """

    what: str
    share: float
    day: float
    low: float
    high: float
    start: date
    horizon_days: float
    goes_on: bool = False
    """Whether days beyond the horizon were looked at too."""

    def said(self, day: float) -> str:
        """A day as a date."""
        if day > NEVER_DAYS:
            return "never" if self.goes_on else f"after {self._date(self.horizon_days)}"
        beyond = " (extrapolated)" if day > self.horizon_days else ""
        return f"{self._date(day)}{beyond}"

    def _date(self, day: float) -> date:
        return self.start + timedelta(days=float(day))

    @property
    def sentence(self) -> str:
        """In words."""
        if self.share == 0:
            until = f"until {self._date(self.horizon_days)} " if not self.goes_on else ""
            return f"{self.what} holds {until}in every future."
        return (
            f"{self.what} breaks on {self.said(self.day)} (95 % of the futures between "
            f"{self.said(self.low)} and {self.said(self.high)})."
        )

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "what": self.what,
            "share_of_futures": self.share,
            "date": self.said(self.day),
            "interval": [self.said(self.low), self.said(self.high)],
        }


def broken(
    what: str, days: Floats, start: date, horizon_days: float, goes_on: bool = False
) -> Break:
    """The break dates of all futures as one: their median and what the middle 95 % span.

    The quantiles are those of the futures themselves (the day by which so many have broken), so
    that a future beyond the horizon stays beyond it.
    """
    ordered = np.sort(days)
    tail = (1 - CONFIDENCE) / 2
    low, middle, high = (_quantile(ordered, share) for share in (tail, 0.5, 1 - tail))
    share = float(np.isfinite(ordered).mean()) if ordered.size else 0.0
    return Break(what, share, middle, low, high, start, horizon_days, goes_on)


def target_days(target: Target, values: Floats, edges: Sequence[float]) -> Floats:
    """The day on which each future first misses a target; values are futures by quarters.

    A quarter's figure stands at its middle; between two middles it is taken to run straight, so
    that the day lies where the line crosses the target. A target missed in the first quarter is
    broken on day 0.
    """
    middles = (np.asarray(edges[:-1]) + np.asarray(edges[1:])) / 2
    return np.array([_crossing(target, row, middles) for row in values])


def fill_days(start_pb: float, growth_pb: Floats, usable_pb: float, edges: Sequence[float]
              ) -> Floats:  # fmt: skip
    """The day on which a tier is full in each future; growth is PB a quarter, futures by quarters.

    What a quarter adds stays for the next; within one it comes evenly. A tier that is not full by
    the end goes on as in its last four quarters: that is no simulation any more.
    """
    levels = start_pb + np.cumsum(growth_pb, axis=1)
    found = np.full(len(growth_pb), NEVER)
    for row, (added, level) in enumerate(zip(growth_pb, levels, strict=True)):
        over = np.flatnonzero(level >= usable_pb)
        if over.size:
            q = int(over[0])
            before = level[q] - added[q]
            part = (usable_pb - before) / added[q] if added[q] > 0 else 0.0
            found[row] = edges[q] + max(0.0, part) * (edges[q + 1] - edges[q])
        elif (rate := float(added[-LATELY:].mean())) > 0:
            quarter = edges[-1] / len(added)
            found[row] = edges[-1] + (usable_pb - level[-1]) / rate * quarter
    return found


def _crossing(target: Target, row: Floats, middles: Floats) -> float:
    missed = np.array([not target.is_met(float(value)) for value in row])
    if not missed.any():
        return NEVER
    q = int(np.argmax(missed))
    if q == 0:
        return 0.0
    before, after = row[q - 1], row[q]
    part = (target.value - before) / (after - before) if after != before else 1.0
    return float(middles[q - 1] + np.clip(part, 0, 1) * (middles[q] - middles[q - 1]))


def _quantile(ordered: Floats, share: float) -> float:
    if not ordered.size:
        return NEVER
    return float(ordered[min(int(share * ordered.size), ordered.size - 1)])
