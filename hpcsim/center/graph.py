"""A pipeline as one submission: tasks in columns, and who waits for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from .contract import FloatArray

Int32Array = npt.NDArray[np.int32]
Float32Array = npt.NDArray[np.float32]

# What the cluster calls with the watched tasks that have ended and their ends (seconds): once
# for each of them, in one call or in many, at the moment of an awaited task's end or later.
Done = Callable[[Int32Array, FloatArray], None]

POPULAR_LIMITS_S = 60.0 * np.array(
    [5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1080, 1440, 2160, 2880, 4320, 10080]
)


@dataclass(frozen=True)
class PipelineGraph:
    """n tasks and their dependencies; a task stands before all tasks that wait for it.

    Columns have n entries. The tasks that wait for task i are
    `children[indptr[i]:indptr[i + 1]]`; a task starts when all that it waits for have ended.
    """

    name: str
    owner: str
    cores: Int32Array
    memory_mib: Float32Array
    runtime_s: FloatArray
    limit_s: FloatArray
    read_bytes: FloatArray
    write_bytes: FloatArray
    indptr: Int32Array
    children: Int32Array
    name_code: Int32Array
    names: tuple[str, ...]
    watched: Int32Array  # tasks whose end is to be told
    awaited: Int32Array  # those of them whose end must be told at once

    def __len__(self) -> int:
        return len(self.cores)

    @property
    def core_hours(self) -> float:
        """Cores times run time of all tasks, in hours."""
        return float(self.cores @ self.runtime_s) / 3600.0

    def parents(self) -> Int32Array:
        """How many tasks each task waits for."""
        return np.bincount(self.children, minlength=len(self)).astype(np.int32)

    def unbounded_ends_s(self) -> FloatArray:
        """When each task ends, counted from the submission, where no task ever queues."""
        return _unbounded(self.runtime_s, self.indptr, self.children)


@njit(cache=True)
def _unbounded(runtime_s, indptr, children):  # type: ignore[no-untyped-def]
    ends = np.zeros(len(runtime_s))
    for task in range(len(runtime_s)):
        ends[task] += runtime_s[task]
        for edge in range(indptr[task], indptr[task + 1]):
            child = children[edge]
            ends[child] = max(ends[child], ends[task])
    return ends


def popular_limit_s(runtime_s: FloatArray, headroom: float) -> FloatArray:
    """The smallest popular request of at least `headroom` times the run time."""
    wanted = np.searchsorted(POPULAR_LIMITS_S, headroom * runtime_s)
    popular = POPULAR_LIMITS_S[np.minimum(wanted, len(POPULAR_LIMITS_S) - 1)]
    return np.maximum(popular, headroom * runtime_s)


def edges_to_csr(
    tasks: int, parents: Sequence[int] | Int32Array, children: Sequence[int] | Int32Array
) -> tuple[Int32Array, Int32Array]:
    """(indptr, children) of the edges parents[k] -> children[k] among `tasks` tasks."""
    order = np.argsort(np.asarray(parents, dtype=np.int32), kind="stable")
    counts = np.bincount(np.asarray(parents, dtype=np.int64), minlength=tasks)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return indptr, np.asarray(children, dtype=np.int32)[order]
