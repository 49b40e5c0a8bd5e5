"""Values ranked once, and their quantiles in every group of every grouping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .distribution import PERCENTILES
from .kinds import Floats, Ints


@dataclass(frozen=True)
class Ranked:
    """Values, one a job, with the jobs in ascending order of them; NaN has no rank."""

    values: Floats
    order: Ints

    @classmethod
    def of(cls, values: Floats) -> Ranked:
        """Rank `values`."""
        order = np.argsort(values)
        return cls(values, order[: values.size - int(np.count_nonzero(np.isnan(values)))])


@dataclass(frozen=True)
class Grouped:
    """Values in ascending order within each group; `first` is where a group begins."""

    ordered: Floats
    counts: Ints
    first: Ints

    @classmethod
    def of(cls, ranked: Ranked, group: Ints, many: int) -> Grouped:
        """Part ranked values by `group`, a code below `many` for each job.

        Few groups fit 16 bits, which numpy sorts by digits: ten times as fast.
        """
        code = group[ranked.order].astype(np.uint16 if many <= 2**16 else np.int64)
        ordered = ranked.values[ranked.order[np.argsort(code, kind="stable")]]
        counts = np.bincount(code, minlength=many)
        return cls(ordered, counts, np.cumsum(counts) - counts)

    def described(self, name: str) -> dict[str, Floats]:
        """Mean, median, p90, p95, p99 and maximum in each group, keyed as in a summary."""
        figures = {f"mean_{name}": self.mean()}
        figures |= {f"{key}_{name}": self.quantile(p) for key, p in PERCENTILES.items()}
        return figures

    def mean(self) -> Floats:
        """The mean in each group; NaN of nothing."""
        groups = np.repeat(np.arange(self.counts.size), self.counts)
        sums = np.bincount(groups, self.ordered, self.counts.size)
        return np.where(self.counts > 0, sums / np.maximum(self.counts, 1), np.nan)

    def quantile(self, share: float) -> Floats:
        """The `share` quantile in each group (see `distribution.quantile`); NaN of nothing."""
        if not self.ordered.size:
            return np.full(self.counts.size, np.nan)
        rank = share * np.maximum(self.counts - 1, 0)
        low = np.floor(rank).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(self.counts - 1, 0))
        last = self.ordered.size - 1
        below = self.ordered[np.minimum(self.first + low, last)]
        above = self.ordered[np.minimum(self.first + high, last)]
        return np.where(self.counts > 0, below + (rank - low) * (above - below), np.nan)
