"""The runs of a study as one table."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from .task import Result

OWN = ("point", "replication", "seed", "failed")


def runs_table(results: Sequence[Result]) -> pa.Table:
    """A row a finished run, in order of point and replication.

    Columns: `point` (a number from 0 in that order), one for each path that is changed somewhere,
    `replication`, `seed`, `failed`, then every figure (null where a run has none).
    """
    points = list(dict.fromkeys(result.key.point for result in results))
    changes = [json.loads(point) for point in points]
    place = {point: index for index, point in enumerate(points)}
    rows = [place[result.key.point] for result in results]
    columns: dict[str, pa.Array] = {"point": pa.array(rows, pa.int32())}
    for path in dict.fromkeys(path for each in changes for path in each):
        columns[path] = _values([changes[row].get(path) for row in rows])
    columns["replication"] = pa.array([r.key.replication for r in results], pa.int32())
    columns["seed"] = pa.array([result.seed for result in results], pa.int64())
    columns["failed"] = pa.array([result.error is not None for result in results], pa.bool_())
    for name in dict.fromkeys(name for result in results for name in result.figures):
        values = [_known(result.figures.get(name)) for result in results]
        columns[name] = pa.array(values, pa.float64())
    return pa.table(columns)


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _values(values: Sequence[Any]) -> pa.Array:
    if all(v is None or _is_number(v) for v in values):
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([None if v is None else _text(v) for v in values], pa.string())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
