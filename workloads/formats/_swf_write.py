"""Workload to SWF."""

from __future__ import annotations

from typing import IO

import numpy as np

from ..columns import CODED
from ..workload import Workload

ROWS_AT_ONCE = 1 << 18


def write_swf(workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
    """Write all that SWF can hold; returns the names of the columns that it cannot."""
    import pyarrow as pa
    from pyarrow import csv

    from ..arrow import column

    file.write(_header(workload).encode())
    options = csv.WriteOptions(include_header=False, delimiter=" ", quoting_style="none")
    for start in range(0, len(workload), ROWS_AT_ONCE):
        part = _fields(workload, slice(start, start + ROWS_AT_ONCE))
        table = pa.table([column(v) for v in part], [str(n + 1) for n in range(len(part))])
        csv.write_csv(table, file, options)
    lost = {
        "limit_s": np.isinf(workload.limit_s).any(),
        "account": np.any(workload.account >= 0),
    }
    return tuple(name for name, is_lost in lost.items() if is_lost)


def _header(workload: Workload) -> str:
    entries = [
        ("Version", "2.2"),
        ("Computer", _one_line(workload.name) or "unknown"),
        ("MaxJobs", str(len(workload))),
        ("MaxRecords", str(len(workload))),
    ]
    if workload.start_epoch_s is not None:
        entries.append(("UnixStartTime", str(int(workload.start_epoch_s))))
    if workload.machine_cores is not None:
        entries.append(("MaxProcs", str(workload.machine_cores)))
    for column in CODED:
        for code, name in enumerate(workload.labels.get(column, ())):
            if name:
                entries.append((column.capitalize(), f"{code} {_one_line(name)}"))
    return "".join(f"; {key}: {value}\n" for key, value in entries)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _fields(workload: Workload, rows: slice) -> list[np.ndarray]:
    """The 18 fields; -1 says unknown."""
    w = {name: values[rows] for name, values in workload.columns().items()}
    unknown = np.full(len(w["job_id"]), -1, dtype=np.int64)
    times = {k: _seconds(w[k]) for k in ("submit_s", "runtime_s", "limit_s", "recorded_wait_s")}
    memory = _seconds(np.rint(w["memory_per_core_mib"].astype(np.float64) * 1024))
    return [
        *(w["job_id"], times["submit_s"], times["recorded_wait_s"], times["runtime_s"]),
        *(w["cores"], unknown, unknown, w["cores"], times["limit_s"], memory),
        *(w["recorded_status"], w["user"], w["group"], w["executable"], w["queue"]),
        *(w["partition"], w["preceding_job"], _seconds(w["think_time_s"])),
    ]


def _seconds(values: np.ndarray) -> np.ndarray:
    """Whole numbers where all are whole; unknown and infinite as -1."""
    known: np.ndarray = np.where(np.isfinite(values), values, -1)
    return known.astype(np.int64) if np.all(known == np.rint(known)) else known
