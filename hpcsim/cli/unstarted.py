"""What is told of jobs that never started: how many, and what held them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 5


def unstarted(jobs: pa.Table) -> Iterator[str]:
    """A sentence on jobs that still wait when all is over, and one on those that were removed."""
    import pyarrow.compute as pc

    from workloads.arrow import texts

    never = jobs.filter(pc.is_null(jobs.column("start_s")))
    removed = pc.is_in(never.column("state"), value_set=texts(["CANCELLED", "DEADLINE"]))
    waiting = never.filter(pc.invert(removed))
    if waiting.num_rows:
        reasons = _counted(waiting.column("reason")) if "reason" in waiting.column_names else ""
        yield f"{waiting.num_rows:,} jobs never started: {reasons or 'no reason known'}"
    gone = never.filter(removed)
    if gone.num_rows:
        yield f"{gone.num_rows:,} jobs were removed unstarted: {_counted(gone.column('state'))}"


def _counted(column: pa.ChunkedArray) -> str:
    """The most frequent values with their counts."""
    counts = Counter(str(value) for value in column.to_pylist() if value is not None)
    first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return ", ".join(f"{count:,} {value}" for value, count in first)
