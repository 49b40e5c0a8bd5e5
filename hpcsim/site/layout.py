"""The nodes of a site as columns: what a scheduler or a generator of failures loops over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model import Site
from .selectors import select

MIB_PER_GIB = 1024


@dataclass(frozen=True)
class Layout:
    """Columns over the N nodes of a site, node types in the order of the file.

    `node_type`, `cores`, `rack`: int32[N]; `memory_mib`: int64[N]; `resources`: int32[K, N] for the
    K `resource_names`; `switch`: int32[L, N], the switch above each node on each of the L network
    levels; `partition`: bool[P, N] in the order of `Site.queues`; `feature`: bool[F, N] for the F
    `feature_names`.
    """

    node_type: NDArray[np.int32]
    cores: NDArray[np.int32]
    memory_mib: NDArray[np.int64]
    rack: NDArray[np.int32]
    resources: NDArray[np.int32]
    resource_names: tuple[str, ...]
    switch: NDArray[np.int32]
    partition: NDArray[np.bool_]
    feature: NDArray[np.bool_]
    feature_names: tuple[str, ...]
    names: tuple[str, ...]


def layout(site: Site) -> Layout:
    """The nodes of `site` as columns."""
    counts = np.array([kind.count for kind in site.nodes])
    node_type = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    resource_names = tuple(sorted({name for kind in site.nodes for name in kind.countables}))
    feature_names = tuple(sorted({name for kind in site.nodes for name in kind.features}))
    per_type = [[kind.countables.get(name, 0) for kind in site.nodes] for name in resource_names]
    features = [[name in kind.features for kind in site.nodes] for name in feature_names]
    memory = [round(kind.memory_gib * MIB_PER_GIB) for kind in site.nodes]
    shape = (-1, len(counts))
    return Layout(
        node_type=node_type,
        cores=np.array([kind.cores for kind in site.nodes], np.int32)[node_type],
        memory_mib=np.array(memory, np.int64)[node_type],
        rack=_racks(site),
        resources=np.array(per_type, np.int32).reshape(shape)[:, node_type],
        resource_names=resource_names,
        switch=_switches(site),
        partition=_partitions(site),
        feature=np.array(features, np.bool_).reshape(shape)[:, node_type],
        feature_names=feature_names,
        names=node_names(site),
    )


def node_names(site: Site) -> tuple[str, ...]:
    """The name of each node: its type and its index, with zeros before it to sort well."""
    return tuple(
        f"{kind.name}{i:0{len(str(kind.count - 1))}d}"
        for kind in site.nodes
        for i in range(kind.count)
    )


def _racks(site: Site) -> NDArray[np.int32]:
    """Racks are numbered through; two types never share one."""
    racks, first = [], 0
    for kind in site.nodes:
        racks.append(first + np.arange(kind.count, dtype=np.int32) // kind.nodes_per_rack)
        first = int(racks[-1][-1]) + 1
    return np.concatenate(racks).astype(np.int32)


def _switches(site: Site) -> NDArray[np.int32]:
    nodes = np.arange(site.node_count, dtype=np.int32)
    levels = [nodes // level.nodes for level in site.network.levels]
    return np.array(levels, np.int32).reshape(len(levels), len(nodes))


def _partitions(site: Site) -> NDArray[np.bool_]:
    counts = {kind.name: kind.count for kind in site.nodes}
    first = dict(zip(counts, np.cumsum([0, *counts.values()]).tolist(), strict=False))
    mask = np.zeros((len(site.queues), site.node_count), np.bool_)
    for row, partition in zip(mask, site.queues, strict=True):
        for selector in partition.nodes or counts:
            kind, ranges = select(selector, counts)
            for span in ranges:
                row[first[kind] + span.start : first[kind] + span.stop] = True
    return mask
