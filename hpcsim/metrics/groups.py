"""The figures of each user, queue, size class and runtime class."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..units import DAY_S, HOUR_S, MINUTE_S
from .distribution import PERCENTILES
from .kinds import Floats, Ints
from .records import codes, in_states, may_run_s, numbers, records
from .slowdown import TAU_S, bounded_slowdown
from .waits import turnaround_s, wait_s

RUNTIME_EDGES_S = (
    MINUTE_S, 10 * MINUTE_S, HOUR_S, 4 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S,
)  # fmt: skip
RUNTIME_CLASSES = (
    "under 1 min", "1-10 min", "10-60 min", "1-4 h", "4-12 h", "12-24 h", "1-2 d", "2 d and more",
)  # fmt: skip


def grouped(jobs: pa.Table, by: str, *, tau_s: float = TAU_S) -> pa.Table:
    """The figures of each group of jobs, a row a group, in the groups' order.

    `by` is a column of `jobs` ("user", "queue", ...), "size" (powers of two of cores) or "runtime"
    (what a job may run: the lesser of runtime and limit). Columns: the group under the name `by`,
    jobs, started_jobs, timeout_jobs, core_h, and mean, median, p90, p95, p99 and max of wait_s,
    turnaround_s and bounded_slowdown; null where a group has nothing to say. Definitions as in
    the metrics of the same names. InputError if there is no such column.
    """
    group, labels = _groups(jobs, by)
    seen = records(jobs)
    waits = wait_s(seen.submit_s, seen.start_s)
    run_s = seen.run_s
    slowdowns = bounded_slowdown(waits, run_s, tau_s)
    turnarounds = np.where(np.isnan(run_s), np.nan, turnaround_s(seen.submit_s, seen.end_s))
    many = len(labels)
    columns = {
        "jobs": np.bincount(group, minlength=many),
        "started_jobs": np.bincount(group[~np.isnan(waits)], minlength=many),
        "timeout_jobs": np.bincount(group[in_states(jobs, ["TIMEOUT"])], minlength=many),
        "core_h": np.bincount(group, np.nan_to_num(seen.cores * run_s), many) / HOUR_S,
        **_Ranked.of(group, waits, many).described("wait_s"),
        **_Ranked.of(group, turnarounds, many).described("turnaround_s"),
        **_Ranked.of(group, slowdowns, many).described("bounded_slowdown"),
    }
    return pa.table({by: labels} | {k: pa.array(v, from_pandas=True) for k, v in columns.items()})


def size_class(cores: Floats) -> Ints:
    """The power of two that holds a job: 0 for 1 core, 1 for 2, 2 for 3-4, 3 for 5-8, ...

    Sizes cluster at powers of two in every log (Lublin and Feitelson, "The workload on parallel
    supercomputers", JPDC 63(11), 2003), so a class ends with one.
    """
    return np.frexp(np.maximum(cores - 1, 0))[1].astype(np.int64)


def size_label(code: int) -> str:
    """The sizes of a class in words: `5-8` for 3."""
    return str(2**code) if code < 2 else f"{2 ** (code - 1) + 1}-{2**code}"


def runtime_class(run_s: Floats) -> Ints:
    """The index into RUNTIME_CLASSES of each runtime in seconds."""
    return np.searchsorted(RUNTIME_EDGES_S, run_s, side="right").astype(np.int64)


def _groups(jobs: pa.Table, by: str) -> tuple[Ints, pa.Array]:
    """A code from 0 a job, and the name of each code; only groups that have jobs."""
    if by == "size":
        present, group = np.unique(size_class(numbers(jobs, "cores")), return_inverse=True)
        return group, pa.array([size_label(int(code)) for code in present], pa.string())
    if by == "runtime":
        present, group = np.unique(runtime_class(may_run_s(jobs)), return_inverse=True)
        return group, pa.array([RUNTIME_CLASSES[code] for code in present], pa.string())
    return codes(jobs, by)


class _Ranked:
    """Values in ascending order within each group, NaN left out."""

    def __init__(self, ordered: Floats, counts: Ints) -> None:
        self.ordered = ordered
        self.counts = counts
        self.first = np.cumsum(counts) - counts

    @classmethod
    def of(cls, group: Ints, values: Floats, many: int) -> _Ranked:
        """Rank `values`, one a job, within the `many` groups of codes `group`."""
        known = ~np.isnan(values)
        group, values = group[known], values[known]
        order = np.argsort(values)
        order = order[np.argsort(group[order], kind="stable")]
        return cls(values[order], np.bincount(group, minlength=many))

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
