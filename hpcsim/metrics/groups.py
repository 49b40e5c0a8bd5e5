"""The figures of each user, queue, size class and runtime class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workloads.arrow import column, texts

from ..units import DAY_S, HOUR_S, MINUTE_S
from .kinds import Floats, Ints
from .ranked import Grouped, Ranked
from .records import codes, in_states, may_run_s, numbers, records
from .slowdown import TAU_S, bounded_slowdown
from .waits import turnaround_s, wait_s

RUNTIME_EDGES_S = (
    MINUTE_S, 10 * MINUTE_S, HOUR_S, 4 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S,
)  # fmt: skip
RUNTIME_CLASSES = (
    "under 1 min", "1-10 min", "10-60 min", "1-4 h", "4-12 h", "12-24 h", "1-2 d", "2 d and more",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What each job met, ranked once however many groupings ask for it."""

    waits: Ranked
    turnarounds: Ranked
    slowdowns: Ranked
    core_s: Floats
    timeout: np.ndarray


def measure(jobs: pa.Table, tau_s: float = TAU_S) -> Measured:
    """Waits, turnarounds and bounded slowdowns of the jobs of a table."""
    seen = records(jobs)
    waits, run_s = wait_s(seen.submit_s, seen.start_s), seen.run_s
    turnarounds = np.where(np.isnan(run_s), np.nan, turnaround_s(seen.submit_s, seen.end_s))
    return Measured(
        Ranked.of(waits),
        Ranked.of(turnarounds),
        Ranked.of(bounded_slowdown(waits, run_s, tau_s)),
        np.nan_to_num(seen.cores * run_s),
        in_states(jobs, ["TIMEOUT"]),
    )


def grouped(
    jobs: pa.Table, by: str, *, tau_s: float = TAU_S, measured: Measured | None = None
) -> pa.Table:
    """The figures of each group of jobs, a row a group, in the groups' order.

    `by` is a column of `jobs` ("user", "queue", ...), "size" (powers of two of cores) or "runtime"
    (what a job may run: the lesser of runtime and limit). Columns: the group under the name `by`,
    jobs, started_jobs, timeout_jobs, core_h, and mean, median, p90, p95, p99 and max of wait_s,
    turnaround_s and bounded_slowdown; null where a group has nothing to say. Definitions as in
    the metrics of the same names. Who groups the same jobs in several ways hands in
    `measure(jobs)`. InputError if there is no such column.
    """
    group, labels = _groups(jobs, by)
    known = measured or measure(jobs, tau_s)
    many = len(labels)
    waits = Grouped.of(known.waits, group, many)
    columns = {
        "jobs": np.bincount(group, minlength=many),
        "started_jobs": waits.counts,
        "timeout_jobs": np.bincount(group[known.timeout], minlength=many),
        "core_h": np.bincount(group, known.core_s, many) / HOUR_S,
        **waits.described("wait_s"),
        **Grouped.of(known.turnarounds, group, many).described("turnaround_s"),
        **Grouped.of(known.slowdowns, group, many).described("bounded_slowdown"),
    }
    return pa.table({by: labels} | {k: column(v, ~np.isnan(v)) for k, v in columns.items()})


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
        return group, texts([size_label(int(code)) for code in present])
    if by == "runtime":
        present, group = np.unique(runtime_class(may_run_s(jobs)), return_inverse=True)
        return group, texts([RUNTIME_CLASSES[code] for code in present])
    return codes(jobs, by)
