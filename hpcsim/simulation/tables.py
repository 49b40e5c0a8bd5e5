"""Parquet with one spelling: the same table gives the same bytes, and none is read unlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InputError, Problem

MOST_ROWS = 200_000_000
MOST_S = 1e12
MOST_BYTES = 64 * 2**30
ROW_GROUP = 2**20

JOB_COLUMNS = (
    "job_id", "submit_s", "start_s", "end_s", "wait_s", "cores",
    "limit_s", "runtime_s", "state", "user", "backfilled",
)  # fmt: skip


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_text(kind: pa.DataType) -> bool:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(held) or pa.types.is_large_string(held))


_KINDS: dict[str, tuple[Callable[[pa.DataType], bool], str]] = {
    **dict.fromkeys(
        ("submit_s", "start_s", "end_s", "wait_s", "cores", "limit_s", "runtime_s"),
        (_is_number, "numbers"),
    ),
    "state": (_is_text, "texts"),
    "backfilled": (pa.types.is_boolean, "truth values"),
}


def write_table(table: pa.Table, path: Path) -> None:
    """Write `table` to `path`, without pandas' or anybody's notes in its metadata.

    Times hardly repeat, so a dictionary for them costs time and gains nothing; cores, limits,
    states and users repeat all the time.
    """
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in table.column_names if _repeats(name, table)],
        row_group_size=ROW_GROUP,
        write_statistics=False,
        store_schema=True,
    )


def read_table(path: Path) -> pa.Table:
    """The table in `path`; InputError if it is no Parquet file or larger than any run."""
    try:
        with pq.ParquetFile(path) as file:
            _check_size(file.metadata, path)
            return file.read()
    except (pa.ArrowException, OSError) as error:
        raise InputError(Problem(f"not a readable Parquet file: {error}", str(path))) from None


def require_columns(jobs: pa.Table, path: Path) -> None:
    """Raise InputError unless `jobs` has the columns of a jobs table, each of its kind."""
    problems = [
        Problem("the jobs table lacks a column", str(path), value=name)
        for name in JOB_COLUMNS
        if name not in jobs.column_names
    ]
    for name, (is_kind, rule) in _KINDS.items():
        if name in jobs.column_names and not is_kind(jobs.schema.field(name).type):
            problems.append(
                Problem(
                    f"the column {name} is of the wrong kind",
                    str(path),
                    value=str(jobs.schema.field(name).type),
                    rule=f"it holds {rule}",
                )
            )
    if not problems:
        problems = [*_impossible(jobs, path)]
    if problems:
        raise InputError(problems)


def _impossible(jobs: pa.Table, path: Path) -> Iterator[Problem]:
    """Values that no run has."""
    for name in ("submit_s", "start_s", "end_s", "wait_s", "runtime_s"):
        times = pc.cast(jobs.column(name), pa.float64(), safe=False)
        if pc.any(pc.greater(pc.abs(times), MOST_S)).as_py():
            yield Problem(
                f"the column {name} holds a time beyond any run", str(path),
                rule=f"times lie within {MOST_S:g} s",
            )  # fmt: skip
    submitted = pc.cast(jobs.column("submit_s"), pa.float64(), safe=False)
    if submitted.null_count or pc.any(pc.is_nan(submitted)).as_py():
        yield Problem("a job has no submission time", str(path))
    if jobs.column("cores").null_count or pc.any(pc.less(jobs.column("cores"), 0)).as_py():
        yield Problem("a job has fewer than 0 cores", str(path))


def _repeats(name: str, table: pa.Table) -> bool:
    kind = table.schema.field(name).type
    if name == "limit_s" or pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return True
    return pa.types.is_int32(kind)


def _check_size(metadata: pq.FileMetaData, path: Path) -> None:
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if metadata.num_rows > MOST_ROWS or size > MOST_BYTES:
        raise InputError(
            Problem(
                "the table is too large",
                str(path),
                value=f"{metadata.num_rows} rows, {size} bytes",
                rule=f"at most {MOST_ROWS} rows and {MOST_BYTES} bytes",
            )
        )
