"""Parquet with one spelling: the same table gives the same bytes, and none is read unlooked."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError, Problem

MOST_ROWS = 200_000_000
MOST_BYTES = 64 * 2**30
ROW_GROUP = 2**20

JOB_COLUMNS = (
    "job_id", "submit_s", "start_s", "end_s", "wait_s", "cores",
    "limit_s", "runtime_s", "state", "user", "backfilled",
)  # fmt: skip
_MEASURED = ("submit_s", "start_s", "end_s", "wait_s", "cores", "limit_s", "runtime_s")


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
    """Raise InputError unless `jobs` has the columns of a jobs table, numbers where due."""
    problems = [
        Problem("the jobs table lacks a column", str(path), value=name)
        for name in JOB_COLUMNS
        if name not in jobs.column_names
    ]
    problems += [
        Problem(
            f"the column {name} holds no numbers",
            str(path),
            value=str(jobs.schema.field(name).type),
        )
        for name in _MEASURED
        if name in jobs.column_names and not _is_number(jobs.schema.field(name).type)
    ]
    if problems:
        raise InputError(problems)


def _repeats(name: str, table: pa.Table) -> bool:
    kind = table.schema.field(name).type
    if name == "limit_s" or pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return True
    return pa.types.is_int32(kind)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


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
