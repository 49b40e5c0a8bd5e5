"""Jobs tables of a few rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

TableOf = Callable[..., pa.Table]


@pytest.fixture(scope="session")
def jobs_table() -> TableOf:
    return table_of


def table_of(rows: list[tuple[Any, ...]], **more: list[Any]) -> pa.Table:
    """Rows of (submit, start, end, cores, user); `more` replaces or adds whole columns."""
    submit, start, end, cores, user = (
        (list(c) for c in zip(*rows, strict=True)) if rows else [[]] * 5
    )
    wait = [None if b is None else b - a for a, b in zip(submit, start, strict=True)]
    runtime = [60.0 if b is None or c is None else c - b for b, c in zip(start, end, strict=True)]
    columns: dict[str, Any] = {
        "job_id": pa.array(range(1, len(rows) + 1), pa.int64()),
        "submit_s": pa.array(submit, pa.float64()),
        "start_s": pa.array(start, pa.float64()),
        "end_s": pa.array(end, pa.float64()),
        "wait_s": pa.array(wait, pa.float64()),
        "cores": pa.array(cores, pa.int32()),
        "limit_s": pa.array([None] * len(rows), pa.float64()),
        "runtime_s": pa.array(runtime, pa.float64()),
        "state": pa.array(
            ["PENDING" if b is None else "COMPLETED" for b in start], pa.string()
        ).dictionary_encode(),
        "user": pa.array(user, pa.int32()),
        "backfilled": pa.array([False] * len(rows), pa.bool_()),
    }
    columns |= {name: pa.array(values) for name, values in more.items()}
    return pa.table(columns)
