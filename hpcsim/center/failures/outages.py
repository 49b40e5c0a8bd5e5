"""Outages as columns, and the downs and ups that a cluster sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Outages:
    """A row for each node of each outage, by (start, node).

    `start_s`, `end_s`: float64[M], the end infinite where nobody repairs; `node`: int32[M];
    `cause`: int32[M], an index into `causes`; `outage`: int32[M], the same for all nodes that went
    down together. A node may be in several outages at once.
    """

    start_s: Floats
    end_s: Floats
    node: Ints
    cause: Ints
    outage: Ints
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Transitions:
    """What happens to nodes, by (time, ups first, node): each node goes down and up in turn.

    `time_s`: float64[E]; `node`: int32[E]; `down`: bool[E]; `cause`, `outage`: int32[E] as in
    `Outages`, those of the outage that took the node down.
    """

    time_s: Floats
    node: Ints
    down: NDArray[np.bool_]
    cause: Ints
    outage: Ints
    causes: tuple[str, ...]

    def table(self) -> pa.Table:
        """The rows as they stand in a run's events: time_s, kind, node, cause, outage."""
        import pyarrow as pa

        kinds = pa.DictionaryArray.from_arrays(self.down.astype(np.int32), ["up", "down"])
        causes = pa.DictionaryArray.from_arrays(self.cause, pa.array(self.causes, pa.string()))
        columns = [self.time_s, kinds, self.node, causes, self.outage]
        return pa.table(columns, names=["time_s", "kind", "node", "cause", "outage"])


def from_columns(
    start_s: Floats, end_s: Floats, node: Ints, cause: Ints, outage: Ints, causes: tuple[str, ...]
) -> Outages:
    """Rows in any order, put in order, outages numbered by their first row."""
    order = np.lexsort((outage, node, start_s))
    _, first, inverse = np.unique(outage[order], return_index=True, return_inverse=True)
    number = np.empty(len(first), np.int32)
    number[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return Outages(
        start_s[order],
        end_s[order],
        node[order].astype(np.int32),
        cause[order].astype(np.int32),
        number[inverse.reshape(-1)],
        causes,
    )


def none() -> Outages:
    """No outages."""
    times, numbers = np.empty(0), np.empty(0, np.int32)
    return Outages(times, times, numbers, numbers, numbers, ())


def join(first: Outages, second: Outages) -> Outages:
    """Both together; causes keep their names."""
    causes = tuple(dict.fromkeys(first.causes + second.causes))
    places = [np.array([causes.index(c) for c in o.causes], np.int32) for o in (first, second)]
    after = int(first.outage.max(initial=-1)) + 1
    return from_columns(
        np.concatenate([first.start_s, second.start_s]),
        np.concatenate([first.end_s, second.end_s]),
        np.concatenate([first.node, second.node]),
        np.concatenate([places[0][first.cause], places[1][second.cause]]),
        np.concatenate([first.outage, second.outage + after]),
        causes,
    )


def merged(outages: Outages) -> Outages:
    """The time each node is down, as rows that neither overlap nor touch.

    A row keeps the cause and the number of the outage that took the node down.
    """
    rows = len(outages.node)
    order = np.lexsort((outages.start_s, outages.node))
    node, start = outages.node[order].astype(np.int64), outages.start_s[order]
    by_end = np.argsort(outages.end_s[order], kind="stable")
    rank = np.empty(rows, np.int64)
    rank[by_end] = np.arange(rows)
    # Nodes ascend, so a running maximum of node * rows + rank never looks into another node.
    latest = np.maximum.accumulate(node * rows + rank) - node * rows
    until = outages.end_s[order][by_end[latest]]
    fresh = np.ones(rows, np.bool_)
    fresh[1:] = (node[1:] != node[:-1]) | (start[1:] > until[:-1])
    begins = np.flatnonzero(fresh)
    ends = np.append(begins[1:], rows) - 1 if rows else begins
    kept = order[begins]
    back = np.lexsort((outages.node[kept], outages.start_s[kept]))
    kept = kept[back]
    return Outages(
        outages.start_s[kept],
        until[ends][back],
        outages.node[kept],
        outages.cause[kept],
        outages.outage[kept],
        outages.causes,
    )


def transitions(outages: Outages) -> Transitions:
    """The downs and ups of each node; a node that is in several outages is down once."""
    rows = merged(outages)
    repaired = np.flatnonzero(np.isfinite(rows.end_s))
    row = np.concatenate([np.arange(len(rows.node)), repaired])
    time = np.concatenate([rows.start_s, rows.end_s[repaired]])
    down = np.arange(len(row)) < len(rows.node)
    order = np.lexsort((rows.node[row], down, time))
    row = row[order]
    return Transitions(
        time[order], rows.node[row], down[order], rows.cause[row], rows.outage[row], rows.causes
    )


def availability(outages: Outages, nodes: int, horizon_s: float) -> float:
    """Share of the node-seconds from 0 to `horizon_s` in which the `nodes` nodes are up."""
    rows = merged(outages)
    down = np.minimum(rows.end_s, horizon_s) - np.clip(rows.start_s, 0, horizon_s)
    return 1.0 - float(np.maximum(down, 0).sum()) / (nodes * horizon_s)
