"""A workload: what is asked of a machine, as columns of equal length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import ArrayLike

from .checks import problems_of
from .columns import COLUMNS
from .errors import InputError
from .wishes import filled, problems_of_wishes


@dataclass(frozen=True, eq=False)
class Workload:
    """Jobs in (submit, input order) order, a row a job; `columns.COLUMNS` says what is in each.

    All arrays have one dimension and one length. 81 bytes a job.
    """

    job_id: np.ndarray
    submit_s: np.ndarray
    runtime_s: np.ndarray
    limit_s: np.ndarray
    cores: np.ndarray
    memory_per_core_mib: np.ndarray
    user: np.ndarray
    group: np.ndarray
    account: np.ndarray
    queue: np.ndarray
    partition: np.ndarray
    executable: np.ndarray
    preceding_job: np.ndarray
    think_time_s: np.ndarray
    recorded_wait_s: np.ndarray
    recorded_status: np.ndarray
    name: str = ""
    machine_cores: int | None = None
    """Cores of the machine that the trace was made on or for; None where nobody says."""
    start_epoch_s: float | None = None
    """Unix time of second 0 of the trace."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of a coded column's codes: `labels["user"][code]`; "" where a code has no name."""
    wishes: Mapping[str, np.ndarray] = field(default_factory=dict)
    """The optional columns of `wishes.WISHES` of which the source speaks."""

    @classmethod
    def of(
        cls,
        columns: Mapping[str, ArrayLike],
        *,
        name: str = "",
        machine_cores: int | None = None,
        start_epoch_s: float | None = None,
        labels: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Workload:
        """A workload from some columns: the rest is unknown, rows are sorted stably by submit.

        `submit_s`, `runtime_s` and `cores` must be given; job ids count from 1 and the limit is
        the runtime where they are not. Raises InputError where a value is impossible.
        """
        order = _submit_order(np.asarray(columns["submit_s"], dtype=np.float64))
        workload = cls(
            **{c.name: _filled(c.name, columns, order) for c in COLUMNS},
            name=name,
            machine_cores=machine_cores,
            start_epoch_s=start_epoch_s,
            labels=dict(labels or {}),
            wishes=filled(columns, order, np.size(columns["submit_s"])),
        )
        workload.validate()
        return workload

    def __len__(self) -> int:
        return len(self.job_id)

    @property
    def nbytes(self) -> int:
        """Bytes that the columns hold in memory."""
        return sum(column.nbytes for column in self.columns().values())

    def columns(self) -> dict[str, np.ndarray]:
        """The columns by name, in the order of `columns.COLUMNS`; not copied."""
        return {c.name: getattr(self, c.name) for c in COLUMNS}

    def select(self, rows: ArrayLike) -> Workload:
        """The jobs of a boolean mask or of increasing row numbers."""
        chosen = np.asarray(rows)
        columns = {k: v[chosen] for k, v in self.columns().items()}
        return replace(self, **columns, wishes={k: v[chosen] for k, v in self.wishes.items()})

    def work(self) -> float:
        """Core-seconds that the jobs use if none is lost: sum of cores * min(runtime, limit)."""
        return float(np.dot(self.cores, np.minimum(self.runtime_s, self.limit_s)))

    def span_s(self) -> float:
        """Seconds between the first and the last submission."""
        return float(self.submit_s[-1] - self.submit_s[0]) if len(self) else 0.0

    def offered_load(self, cores: int) -> float:
        """Work divided by what `cores` cores could do between first and last submission.

        Infinite where all jobs arrive at one moment, 0 where there are none.
        """
        if not len(self):
            return 0.0
        capacity = cores * self.span_s()
        return self.work() / capacity if capacity > 0 else np.inf

    def with_load(self, load: float, cores: int) -> Workload:
        """The same jobs with the gaps between submissions stretched to an offered load.

        Raises InputError where the load is not positive or no gap can be stretched.
        """
        if not (np.isfinite(load) and load > 0):
            raise InputError(f"the offered load must be a positive number, not {load}")
        now = self.offered_load(cores)
        if not (np.isfinite(now) and now > 0):
            raise InputError("a load cannot be set: the jobs have no work or arrive all at once")
        start = self.submit_s[0]
        submit_s = start + (self.submit_s - start) * (now / load)
        moved = {
            name: self.wishes[name] + (submit_s - self.submit_s)
            for name in ("begin_s", "deadline_s")
            if name in self.wishes
        }
        return replace(self, submit_s=submit_s, wishes={**self.wishes, **moved})

    def oversized(self, cores: int) -> np.ndarray:
        """Row numbers of the jobs that need more than `cores` cores."""
        return np.flatnonzero(self.cores > cores)

    def label(self, column: str, code: int) -> str:
        """The name of a code, or the code itself where it has none."""
        names = self.labels.get(column, ())
        return (names[code] if 0 <= code < len(names) else "") or str(code)

    def validate(self) -> None:
        """Raise InputError with every rule that a column breaks."""
        problems = problems_of(self.columns(), self.name)
        problems += problems_of_wishes(self.wishes, self.job_id)
        if problems:
            raise InputError(problems)

    def equals(self, other: Workload) -> bool:
        """Whether the columns, the labels and the machine are the same (unknown equals unknown)."""
        mine, theirs = {**self.columns(), **self.wishes}, {**other.columns(), **other.wishes}
        if mine.keys() != theirs.keys():
            return False
        same = all(np.array_equal(v, theirs[k], equal_nan=True) for k, v in mine.items())
        rest = [f.name for f in fields(self) if f.name not in {*mine, "name", "wishes"}]
        return same and all(getattr(self, f) == getattr(other, f) for f in rest)


def _submit_order(submit_s: np.ndarray) -> np.ndarray | None:
    if np.all(submit_s[1:] >= submit_s[:-1]):
        return None
    return np.argsort(submit_s, kind="stable")


def _filled(name: str, columns: Mapping[str, ArrayLike], order: np.ndarray | None) -> np.ndarray:
    """One column in submit order and in its own type, made up where it is not given."""
    column = next(c for c in COLUMNS if c.name == name)
    given = columns.get(name)
    if given is None and name == "limit_s":
        given = columns["runtime_s"]
    if given is None:
        size = np.size(columns["submit_s"])
        if column.unknown is None:
            return np.arange(1, size + 1, dtype=column.dtype)
        return np.full(size, column.unknown, dtype=column.dtype)
    values = np.asarray(given).astype(column.dtype, copy=False)
    return values if order is None else values[order]
