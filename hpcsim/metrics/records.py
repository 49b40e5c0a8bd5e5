"""The columns of a jobs table as plain arrays, so that every metric is a function of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workloads import arrow

from ..errors import InputError, Problem, nearest
from .kinds import Floats, Ints

_NAMES = (
    pa.types.is_integer, pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean,
)  # fmt: skip


@dataclass(frozen=True)
class Records:
    """A row a job, in the table's order; a time that never came is NaN.

    Times are seconds since the trace's origin. `run_s` is how long the job ran in fact (NaN unless
    it started and ended).
    """

    submit_s: Floats
    start_s: Floats
    end_s: Floats
    cores: Floats

    @property
    def run_s(self) -> Floats:
        """How long each job ran, in seconds."""
        return self.end_s - self.start_s

    def where(self, chosen: np.ndarray) -> Records:
        """The records that the boolean array `chosen` (one a job) picks."""
        return Records(*(getattr(self, field.name)[chosen] for field in fields(self)))


def records(jobs: pa.Table) -> Records:
    """The times and sizes of a jobs table; nulls become NaN."""
    return Records(*(numbers(jobs, name) for name in ("submit_s", "start_s", "end_s", "cores")))


def numbers(jobs: pa.Table, name: str) -> Floats:
    """Column `name` of `jobs` as float64, nulls as NaN; InputError if it is none of numbers."""
    column = _column(jobs, name)
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise InputError(Problem(f"the column {name} holds no numbers", value=str(column.type)))
    return arrow.values(pc.cast(column, pa.float64(), safe=False))


def may_run_s(jobs: pa.Table) -> Floats:
    """How long each job takes once started, in seconds: the lesser of runtime and limit."""
    return np.fmin(numbers(jobs, "runtime_s"), numbers(jobs, "limit_s"))


def codes(jobs: pa.Table, name: str) -> tuple[Ints, pa.Array]:
    """Column `name` of `jobs` as numbers into its distinct values, which come sorted.

    Returns (a code a row, the values); nulls, if any, are the last value.
    """
    column = _decoded(_column(jobs, name))
    if not any(is_kind(column.type) for is_kind in _NAMES):
        raise InputError(
            Problem(
                f"jobs cannot be grouped by {name}",
                value=str(column.type),
                rule="a column to group by holds whole numbers or texts",
            )
        )
    coded = pc.dictionary_encode(column, null_encoding="encode").combine_chunks()
    order = arrow.values(pc.sort_indices(coded.dictionary))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[arrow.values(coded.indices)], coded.dictionary.take(arrow.column(order))


def in_states(jobs: pa.Table, states: Sequence[str]) -> np.ndarray:
    """Whether each job's state is one of `states`, as a boolean array."""
    column = _decoded(_column(jobs, "state"))
    return arrow.values(pc.is_in(column, arrow.texts(states)))


def has(jobs: pa.Table, name: str) -> bool:
    """Whether `jobs` has a column `name` with anything in it."""
    return name in jobs.column_names and jobs.column(name).null_count < jobs.num_rows


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    return pc.cast(column, kind.value_type) if pa.types.is_dictionary(kind) else column


def _column(jobs: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in jobs.column_names:
        raise InputError(
            Problem(f"the jobs table has no column {name}", hint=nearest(name, jobs.column_names))
        )
    return jobs.column(name)
