"""The nightly graph: extraction on whole nodes, statistics in small tasks, the report."""

from __future__ import annotations

from datetime import date

import numpy as np

from hpcsim.units import HOUR_S, MINUTE_S

from ..graph import PipelineGraph, edges_to_csr, popular_limit_s
from .settings import Nights, Partner

OWNER = "records"
GIB_IN_MIB = np.float32(1024)
GATHER_S, REPORT_S = 300.0, 600.0
LIMIT_HEADROOM = 2.0
QUERY_MEMORY_GIB = 6.0
LEAST, MOST = 0.3, 2.0  # of an extraction's usual length


def kind_of(day: date, nights: Nights) -> tuple[str, float]:
    """What is due in the night of `day`, and the multiplier of its work."""
    if day.day > nights.report_days:
        return "nightly", 1.0
    if day.month == 1:
        return "annual", nights.annual
    if day.month in (4, 7, 10):
        return "quarterly", nights.quarterly
    return "monthly", nights.monthly


def night_graph(name: str, nights: Nights, multiplier: float, volume: float) -> PipelineGraph:
    """`nodes` extractions -> gather -> `queries` statistics -> report, times the multiplier.

    `volume` is the day's messages over a usual day's; the extraction's length follows it.
    """
    extracts = round(nights.nodes * multiplier)
    queries = round(nights.queries * multiplier)
    gather, last = extracts, extracts + 1 + queries
    query_tasks = range(gather + 1, last)
    parents = [
        *range(extracts),
        *([gather] * queries),
        *query_tasks,
        *([] if queries else [gather]),
    ]
    children = [gather] * extracts + [*query_tasks] + [last] * max(queries, 1)
    length = nights.extract_h * HOUR_S * min(max(volume, LEAST), MOST)
    counts = [extracts, 1, queries, 1]
    return _graph(
        name,
        ("extract", "gather", "statistics", "report"),
        counts,
        cores=[nights.node_cores, 4, 1, 4],
        memory_gib=[nights.node_memory_gib, 32.0, QUERY_MEMORY_GIB, 32.0],
        runtime_s=[length, GATHER_S, nights.query_min * MINUTE_S, REPORT_S],
        edges=(parents, children),
        watched=[last],
    )


def batch_graph(name: str, partner: Partner) -> PipelineGraph:
    """A partner's batch: equal tasks that wait for nothing."""
    return _graph(
        name,
        (name,),
        [partner.tasks],
        cores=[partner.cores],
        memory_gib=[QUERY_MEMORY_GIB * partner.cores],
        runtime_s=[partner.minutes * MINUTE_S],
        edges=([], []),
        watched=[],
    )


def mining_graph(name: str, cores: int, runtime_s: float) -> PipelineGraph:
    """One research job on records."""
    return _graph(
        name,
        ("mining",),
        [1],
        cores=[cores],
        memory_gib=[4.0 * cores],
        runtime_s=[runtime_s],
        edges=([], []),
        watched=[0],
    )


def _graph(
    name: str,
    names: tuple[str, ...],
    counts: list[int],
    *,
    cores: list[int],
    memory_gib: list[float],
    runtime_s: list[float],
    edges: tuple[list[int], list[int]],
    watched: list[int],
) -> PipelineGraph:
    tasks = sum(counts)
    runtime = np.array(runtime_s)
    indptr, children = edges_to_csr(tasks, *edges)
    marked = np.array(watched, dtype=np.int32)
    return PipelineGraph(
        name=name,
        owner=OWNER,
        cores=np.repeat(np.array(cores, dtype=np.int32), counts),
        memory_mib=np.repeat(np.array(memory_gib, dtype=np.float32) * GIB_IN_MIB, counts),
        runtime_s=np.repeat(runtime, counts),
        limit_s=np.repeat(popular_limit_s(runtime, LIMIT_HEADROOM), counts),
        read_bytes=np.zeros(tasks),
        write_bytes=np.zeros(tasks),
        indptr=indptr,
        children=children,
        name_code=np.repeat(np.arange(len(names), dtype=np.int32), counts),
        names=names,
        watched=marked,
        awaited=marked[:0],
    )
