"""What happened in a run of the centre, as one list in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SCHEMA = pa.schema([("time_s", pa.float64()), ("kind", pa.string()), ("what", pa.string())])


class _Source(NamedTuple):
    """A column of times of a table, and the column that says what it is about."""

    table: str
    time: str
    kind: str
    what: str


SOURCES = (
    _Source("sequencing_runs", "start_s", "run started", "sequencer"),
    _Source("sequencing_runs", "end_s", "run ended", "sequencer"),
    _Source("record_nights", "submitted_s", "night begun", "kind"),
    _Source("record_nights", "ended_s", "night done", "kind"),
    _Source("import_lots", "released_s", "lot released", "risk_class"),
    _Source("tube_racks", "done_s", "rack stored", "source"),
    _Source("tube_orders", "done_s", "tubes delivered", "source"),
    _Source("cooling", "failed_s", "cooling alarm", "bank"),
    _Source("storage_waits", "asked_s", "writer waits: tier full", "tier"),
    _Source("storage_journeys", "ended_s", "data moved or copied", "dataset"),
    _Source("storage_disks", "failed_s", "disk failed", "tier"),
)


def centre_events(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Runs, deliveries, alarms, failures: time_s, kind, what; stable by time."""
    parts = [SCHEMA.empty_table(), *_parts(tables)]
    whole = pa.concat_tables(parts)
    order = np.argsort(whole["time_s"].to_numpy(), kind="stable")
    return whole.take(pa.array(order))


def _parts(tables: Mapping[str, pa.Table]) -> Iterator[pa.Table]:
    for source in SOURCES:
        table = tables.get(source.table)
        if table is not None:
            yield _part(table, source)
    if "node_events" in tables:
        nodes = tables["node_events"]
        kinds = pc.binary_join_element_wise("node", pc.cast(nodes["kind"], pa.string()), " ")
        yield _table(nodes["time_s"], kinds, pc.cast(nodes["cause"], pa.string()))


def _part(table: pa.Table, source: _Source) -> pa.Table:
    known = table.filter(pc.is_valid(table[source.time]))
    what = pc.cast(known[source.what], pa.string())
    return _table(known[source.time], pa.array([source.kind] * known.num_rows, pa.string()), what)


def _table(times: pa.ChunkedArray, kinds: pa.Array, what: pa.ChunkedArray) -> pa.Table:
    return pa.table({"time_s": times, "kind": kinds, "what": what}, schema=SCHEMA)
