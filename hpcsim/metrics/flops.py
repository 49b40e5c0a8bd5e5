"""Floating-point work of a run: what each kind of job sustained, as Tflop/s over the horizon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

KILO = 1000.0


def sustained_tflops(
    jobs: pa.Table, horizon_s: float, core_gflops: Callable[[str, str], float]
) -> dict[str, float]:
    """Tflop/s by queue/executable; `core_gflops(queue, executable)` is a core's Gflop/s in it.

    A job counts while it ran within the horizon.
    """
    queue, executable = (_codes(jobs.column(name)) for name in ("queue", "executable"))
    start = jobs.column("start_s").to_numpy(zero_copy_only=False).astype(float)
    end = jobs.column("end_s").to_numpy(zero_copy_only=False).astype(float)
    ran = np.minimum(np.where(np.isnan(end), horizon_s, end), horizon_s) - start
    core_s = np.where(np.isnan(ran), 0.0, np.maximum(ran, 0.0)) * jobs.column("cores").to_numpy()
    pairs = queue[0].astype(np.int64) * (len(executable[1]) + 1) + executable[0]
    found: dict[str, float] = {}
    kinds, which = np.unique(pairs, return_inverse=True)
    for kind, work in zip(kinds, np.bincount(which, core_s), strict=True):
        owner, name = divmod(int(kind), len(executable[1]) + 1)
        each = core_gflops(queue[1][owner], executable[1][name])
        found[f"{queue[1][owner]}/{executable[1][name]}"] = float(each * work / horizon_s / KILO)
    return found


def _codes(column: Any) -> tuple[np.ndarray, list[str]]:
    array = column.combine_chunks()
    return array.indices.to_numpy(zero_copy_only=False), array.dictionary.to_pylist()
