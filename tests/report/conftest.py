"""Run folders of a few jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hpcsim import metrics
from hpcsim.simulation.folder import RunFolder, write

# (submit, start, end, cores, user) on a machine of 8 cores; the third never starts
ROWS = [(0, 0, 4000, 6, "ann"), (60, 4000, 5000, 4, "bo"), (90, None, None, 8, "bo")]

RunAt = Callable[..., Path]


def jobs_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    submit, start, end, cores, user = zip(*rows, strict=True) if rows else ((),) * 5
    runtime = [60 if b is None or c is None else c - b for b, c in zip(start, end, strict=True)]
    wait = [None if b is None else b - a for a, b in zip(submit, start, strict=True)]
    return pa.table(
        {
            "job_id": pa.array(range(len(rows)), pa.int64()),
            "submit_s": pa.array(submit, pa.float64()),
            "start_s": pa.array(start, pa.float64()),
            "end_s": pa.array(end, pa.float64()),
            "wait_s": pa.array(wait, pa.float64()),
            "cores": pa.array(cores, pa.int32()),
            "limit_s": pa.array([None] * len(rows), pa.float64()),
            "runtime_s": pa.array(runtime, pa.float64()),
            "state": pa.array(
                ["PENDING" if b is None else "COMPLETED" for b in start], pa.string()
            ),
            "user": pa.array(user, pa.string()),
            "backfilled": pa.array([False] * len(rows), pa.bool_()),
        }
    )


@pytest.fixture
def run_at(tmp_path: Path) -> RunAt:
    def make(
        name: str = "run",
        rows: list[tuple[Any, ...]] = ROWS,
        cores: int = 8,
        policy: str = "easy",
        provenance: dict[str, Any] | None = None,
        **columns: list[Any],
    ) -> Path:
        jobs = jobs_of(rows)
        for column, values in columns.items():
            jobs = jobs.append_column(column, pa.array(values))
        run = RunFolder(
            jobs=jobs,
            series=metrics.series(jobs, cores, points=50),
            events=pa.table({"time_s": pa.array([], pa.float64())}),
            scenario={"workload": "traces/tiny.swf", "policy": policy, "seed": 7},
            provenance=provenance or {"command": "hpcsim simulate tiny.swf", "repairs": []},
            summary=metrics.summarize(jobs, cores=cores),
        )
        return write(run, tmp_path / name, force=True)

    return make
