"""What is known of a machine's jobs: who came, ran and waits, and which jobs are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workloads.workload import Workload

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Columns(NamedTuple):
    """The same as a `Log`, as compiled code takes it."""

    submit: Floats
    start: Floats
    end: Floats
    runtime: Floats
    limit: Floats
    cores: Ints
    user: Ints
    groups: Ints

    @classmethod
    def empty(cls) -> Columns:
        """No jobs: for its type."""
        times, codes = np.zeros(0), np.zeros(0, np.int64)
        return cls(times, times, times, times, times, codes, codes, np.zeros((4, 3, 0), np.int64))


@dataclass(frozen=True, eq=False)
class Log:
    """Columns over J jobs in submit order; what has not happened has time infinity.

    `start_s`, `end_s`, `submit_s`: seconds on one clock; `runtime_s` and `limit_s`: seconds, a run
    time never above its limit; `user` and `queue`: codes, -1 where unknown.
    """

    submit_s: Floats
    start_s: Floats
    end_s: Floats
    runtime_s: Floats
    limit_s: Floats
    cores: Ints
    user: Ints
    queue: Ints
    machine_cores: int

    def __len__(self) -> int:
        return len(self.submit_s)

    @cached_property
    def groups(self) -> Ints:
        """int64[4, 3, J]: the jobs that are alike, in four senses, the narrowest first.

        The same user, limit and cores; the same user and limit; the same user; about the same
        limit and size. For each, the rows sorted by group, and for each job where in them its
        group begins and ends.
        """
        sizes = np.floor(np.log2(np.maximum(self.cores, 1)))
        lengths = np.floor(2 * np.log2(np.clip(self.limit_s, 1, 1e9)))
        # Somebody unknown is nobody's like: each such job is a user of its own.
        user = np.where(self.user < 0, -1 - np.arange(len(self)), self.user)
        return np.stack(
            (
                grouped(user, self.limit_s, self.cores),
                grouped(user, self.limit_s),
                grouped(user),
                grouped(lengths, sizes),
            )
        )

    @cached_property
    def columns(self) -> Columns:
        """Copies that can be written to, as the compiled code's types want them."""
        return Columns(
            submit=np.array(self.submit_s, np.float64),
            start=np.array(self.start_s, np.float64),
            end=np.array(self.end_s, np.float64),
            runtime=np.array(self.runtime_s, np.float64),
            limit=np.array(self.limit_s, np.float64),
            cores=np.array(self.cores, np.int64),
            user=np.array(self.user, np.int64),
            groups=self.groups,
        )

    def running_at(self, now_s: float) -> Ints:
        """Rows of the jobs that run at a moment, in the order of their starts."""
        rows = np.flatnonzero((self.start_s <= now_s) & (self.end_s > now_s))
        return rows[np.argsort(self.start_s[rows], kind="stable")]

    def waiting_at(self, now_s: float, last: int | None = None) -> Ints:
        """Rows of the jobs that wait at a moment, none behind row `last`, in submit order."""
        seen = int(np.searchsorted(self.submit_s, now_s, side="right"))
        seen = seen if last is None else min(seen, last + 1)
        return np.flatnonzero(self.start_s[:seen] > now_s)


def grouped(*columns: np.ndarray) -> Ints:
    """int64[3, J]: rows sorted by group, and for each row where its group begins and ends."""
    count = len(columns[0])
    order = np.lexsort((np.arange(count), *columns))
    new = np.ones(count, bool)
    new[1:] = False
    for column in columns:
        new[1:] |= column[order[1:]] != column[order[:-1]]
    begins = np.flatnonzero(new)
    ends = np.append(begins[1:], count)
    which = np.cumsum(new) - 1
    found = np.empty((3, count), np.int64)
    found[0] = order
    found[1, order] = begins[which]
    found[2, order] = ends[which]
    return found


def log_of(workload: Workload, start_s: Floats, machine_cores: int) -> Log:
    """The log of a workload whose jobs started at `start_s` (infinity: not yet)."""
    runtime = np.minimum(workload.runtime_s, workload.limit_s)
    return Log(
        submit_s=workload.submit_s,
        start_s=start_s,
        end_s=start_s + runtime,
        runtime_s=runtime,
        limit_s=workload.limit_s,
        cores=workload.cores.astype(np.int64),
        user=workload.user.astype(np.int64),
        queue=workload.queue.astype(np.int64),
        machine_cores=machine_cores,
    )
