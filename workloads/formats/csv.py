"""CSV with the columns of a workload, under their own names.

It has no place for the size of the machine; Parquet has.
"""

from __future__ import annotations

from typing import IO, Any

from ..errors import InputError
from ..parsing.ledger import Ledger
from ..parsing.source import Source
from ..repairs import Repairs
from ..workload import Workload
from ._table import REQUIRED, check_names, from_table, to_table

NAMES = (".csv",)


def sniff(source: Source) -> int:
    """A first line that names the columns that a workload needs, or the name."""
    first = source.head.partition(b"\n")[0].decode(errors="replace")
    names = {name.strip().strip('"') for name in first.lstrip("\ufeff").split(",")}
    if names.issuperset(REQUIRED):
        return 90
    return 60 if source.name.endswith(NAMES) else 0


def read(source: Source) -> tuple[Workload, Repairs]:
    """Read a CSV file; raises InputError with every mistake in it."""
    ledger = Ledger(str(source.path))
    table = _table(source)
    check_names(table.column_names, source, ledger)
    return from_table(table, 2, {}, source, ledger)


def _table(source: Source) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    text = b"".join(_decodable(block, line, source) for line, block in source.blocks())
    try:
        return csv.read_csv(pa.BufferReader(text), csv.ReadOptions(use_threads=False))
    except pa.ArrowException as error:
        message = f"not a table: {str(error).partition(chr(10))[0][:300]}"
        rule = "UTF-8, comma-separated, names of columns first"
        raise InputError(source.problem(message, rule=rule)) from None


def _decodable(block: bytes, first_line: int, source: Source) -> bytes:
    try:
        if not block.isascii():
            block.decode()
    except UnicodeDecodeError as error:
        line = first_line + block.count(b"\n", 0, error.start)
        hint = "convert the table to UTF-8"
        value = f"\\x{block[error.start]:02x}"
        problem = source.problem("a byte is not UTF-8", line, value=value, hint=hint)
        raise InputError(problem) from None
    return block


def write(workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
    """Write CSV; columns that say nothing about any job are left out."""
    from pyarrow import csv

    csv.write_csv(to_table(workload), file)
    about = {"machine_cores": workload.machine_cores, "start_epoch_s": workload.start_epoch_s}
    return tuple(name for name, value in about.items() if value is not None)
