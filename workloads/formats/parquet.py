"""Parquet with the columns of a workload, under their own names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from ..columns import BY_NAME
from ..errors import InputError
from ..parsing.ledger import Ledger
from ..parsing.source import Source
from ..repairs import Repairs
from ..wishes import WISH_BY_NAME
from ..workload import Workload
from ._table import check_names, from_table, to_table

NAMES = (".parquet",)
ABOUT = b"hpcsim.workload"
"""Key of the file's metadata that holds what is no column."""
MAGIC = b"PAR1"
BYTES_A_ROW = 81


def sniff(source: Source) -> int:
    """The magic number, or the name."""
    if source.head.startswith(MAGIC):
        return 90
    return 60 if source.name.endswith(NAMES) else 0


def read(source: Source) -> tuple[Workload, Repairs]:
    """Read a Parquet file; raises InputError with every mistake in it."""
    import pyarrow as pa
    from pyarrow import parquet

    ledger = Ledger(str(source.path))
    try:
        with parquet.ParquetFile(source.path) as file:
            _refuse_large(file.metadata.num_rows, source)
            names = file.schema_arrow.names
            check_names(names, source, ledger)
            table = file.read(
                columns=[name for name in names if name in BY_NAME or name in WISH_BY_NAME]
            )
            about = _about(file.schema_arrow.metadata or {})
    except (pa.ArrowException, OSError) as error:
        message = f"not a readable Parquet file: {str(error).partition(chr(10))[0][:300]}"
        hint = "copy it again; a packed one must be unpacked first"
        raise InputError(source.problem(message, hint=hint)) from None
    return from_table(table, 1, about, source, ledger)


def _refuse_large(rows: int, source: Source) -> None:
    most = source.max_bytes // BYTES_A_ROW
    if rows > most:
        rule = f"at most {most:,} rows are read"
        raise InputError(source.problem("the file is too large", value=f"{rows:,} rows", rule=rule))


def _about(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Name, machine and start; what is not plausible is not taken."""
    try:
        found = json.loads(metadata.get(ABOUT, b"{}"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    kinds = {"name": str, "machine_cores": int, "start_epoch_s": float}
    return {k: found[k] for k, kind in kinds.items() if isinstance(found.get(k), kind)}


def write(workload: Workload, file: IO[bytes]) -> tuple[str, ...]:
    """Write Parquet; columns that say nothing about any job are left out."""
    from pyarrow import parquet

    about: dict[str, Any] = {
        "name": workload.name,
        "machine_cores": workload.machine_cores,
        "start_epoch_s": workload.start_epoch_s,
    }
    table = to_table(workload).replace_schema_metadata({ABOUT: json.dumps(about).encode()})
    parquet.write_table(table, file, compression="zstd", compression_level=1)
    return ()
