"""Research jobs in columns, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..contract import FloatArray, IntArray

Int32Array = npt.NDArray[np.int32]


class Fate(IntEnum):
    """What a job comes to if nothing else stops it."""

    COMPLETED = 0
    FAILED = 1
    TIMEOUT = 2
    OUT_OF_MEMORY = 3
    CANCELLED = 4


class Ends(NamedTuple):
    """What the machine says of each job: NaN for what has not happened, seconds."""

    arrival_s: FloatArray
    start_s: FloatArray
    end_s: FloatArray


@dataclass(frozen=True)
class ResearchJobs:
    """n jobs by `submit_s`; codes point into the settings' classes and accounts.

    A job with a `parent` (a row; -1 without) comes `delay_s` after the parent's end, and
    `submit_s` only says when that would be on an empty machine.
    """

    submit_s: FloatArray
    runtime_s: FloatArray
    limit_s: FloatArray
    cores: Int32Array
    memory_mib: FloatArray
    user: Int32Array
    account: Int32Array
    job_class: Int32Array
    campaign: Int32Array
    fate: Int32Array
    parent: IntArray
    delay_s: FloatArray

    def __len__(self) -> int:
        return len(self.submit_s)

    @property
    def core_h(self) -> FloatArray:
        """Core-hours of each job that runs to its end."""
        return self.cores * np.minimum(self.runtime_s, self.limit_s) / 3600.0

    def in_order(self) -> ResearchJobs:
        """The same jobs by `submit_s`, a stable order."""
        order = np.argsort(self.submit_s, kind="stable")
        place = np.empty(len(order) + 1, dtype=np.int64)
        place[order] = np.arange(len(order))
        place[-1] = -1
        columns = {field.name: getattr(self, field.name)[order] for field in fields(self)}
        columns["parent"] = place[columns["parent"]]
        return ResearchJobs(**columns)

    def select(self, keep: npt.NDArray[np.bool_]) -> ResearchJobs:
        """The jobs of a mask; one whose parent is left out comes by itself."""
        place = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
        columns = {field.name: getattr(self, field.name)[keep] for field in fields(self)}
        columns["parent"] = place[columns["parent"]]
        return ResearchJobs(**columns)


def join(parts: list[ResearchJobs]) -> ResearchJobs:
    """All parts one behind the other; parents point into the whole."""
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(ResearchJobs)
    }
    lengths = [len(part) for part in parts]
    base = np.repeat(np.cumsum(lengths) - lengths, lengths)
    columns["parent"] = np.where(columns["parent"] >= 0, columns["parent"] + base, -1)
    return ResearchJobs(**columns)


def unbounded(jobs: ResearchJobs) -> Ends:
    """What would become of the jobs if none ever waited."""
    length = np.minimum(jobs.runtime_s, jobs.limit_s)
    arrival = np.where(jobs.parent < 0, jobs.submit_s, np.nan)
    while (open_rows := np.flatnonzero(np.isnan(arrival))).size:
        parents = jobs.parent[open_rows]
        arrival[open_rows] = arrival[parents] + length[parents] + jobs.delay_s[open_rows]
        if np.isnan(arrival[open_rows]).all():
            break
    return Ends(arrival, arrival.copy(), arrival + length)
