"""What an estimate is."""

from __future__ import annotations

import math
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure, the interval in which the truth is believed to lie, and what it rests on.

    `runs` counts independent replications, or the batches of one long run. Both ends are NaN where
    there are too few of them to say.
    """

    mean: float
    low: float
    high: float
    runs: int

    @property
    def half_width(self) -> float:
        """Half the length of the interval; infinite where there is none."""
        half = (self.high - self.low) / 2
        return math.inf if math.isnan(half) else half

    @property
    def relative_half_width(self) -> float:
        """The half width as a part of the mean; infinite where the mean is nothing."""
        if self.half_width == 0.0:
            return 0.0
        return self.half_width / abs(self.mean) if self.mean else math.inf

    def as_dict(self) -> dict[str, object]:
        """The estimate for programs: mean, interval of two numbers, runs."""
        return {"mean": self.mean, "interval": [self.low, self.high], "runs": self.runs}
