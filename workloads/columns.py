"""The columns of a workload: the one table that readers, writers and checks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Column:
    """One column: its name with the unit in it, its type and what stands for "unknown"."""

    name: str
    dtype: np.dtype
    unknown: float | None
    """What fills the column where the source says nothing; None where it must say something."""
    meaning: str

    def all_unknown(self, values: np.ndarray) -> bool:
        """Whether a column says nothing about any job."""
        if self.unknown is None:
            return False
        said = ~np.isnan(values) if np.isnan(self.unknown) else values != self.unknown
        return not said.any()


def _column(name: str, dtype: str, unknown: float | None, meaning: str) -> Column:
    return Column(name, np.dtype(dtype), unknown, meaning)


COLUMNS: tuple[Column, ...] = (
    _column("job_id", "i8", None, "the input's own number of the job"),
    _column("submit_s", "f8", None, "seconds from the start of the trace to the submission"),
    _column("runtime_s", "f8", None, "seconds that the job runs if nothing cuts it"),
    _column("limit_s", "f8", None, "seconds after which the job is cut; infinite: never"),
    _column("cores", "i4", None, "cores that the job holds while it runs"),
    _column("memory_per_core_mib", "f4", np.nan, "MiB of memory asked for a core"),
    _column("user", "i4", -1, "code of the user"),
    _column("group", "i4", -1, "code of the user's group"),
    _column("account", "i4", -1, "code of the account that is charged"),
    _column("queue", "i4", -1, "code of the queue"),
    _column("partition", "i4", -1, "code of the partition"),
    _column("executable", "i4", -1, "code of the program"),
    _column("preceding_job", "i8", -1, "job that must end first"),
    _column("think_time_s", "f4", np.nan, "seconds between the preceding job's end and the submit"),
    _column("recorded_wait_s", "f4", np.nan, "seconds that the job waited on the real machine"),
    _column("recorded_status", "i1", -1, "SWF status: 1 completed, 0 failed, 5 cancelled"),
)
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
CODED: tuple[str, ...] = ("user", "group", "account", "queue", "partition", "executable")
"""Columns of codes, for which a workload may carry names."""
