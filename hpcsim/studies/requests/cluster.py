"""A site as the cluster that a job description is checked against."""

from __future__ import annotations

from pathlib import Path

from hpcsim.site import Site, load
from hpcsim.site.layout import layout
from workloads.errors import InputError
from workloads.jobs import read_cluster
from workloads.jobs.slurm.conf import Cluster, NodeGroup, Partition
from workloads.jobs.slurm.times import INFINITE

MIB_PER_GIB = 1024


def load_cluster(site: str) -> tuple[Cluster, Site | None]:
    """The cluster of a `slurm.conf`, or of a site by name or file, which then comes with it."""
    path = Path(site)
    if not site.endswith(".toml") and path.is_file():
        cluster = read_cluster(path)
        if not cluster.groups:
            raise InputError(f"{site}: neither a site nor a slurm.conf with nodes")
        return cluster, None
    found = load(site)
    return cluster_of(found), found


def cluster_of(site: Site) -> Cluster:
    """The nodes, partitions, licences and names of a site in the words of Slurm.

    Limits are enforced: what a partition's limits forbid is refused, not queued for ever.
    """
    columns = layout(site)
    groups = []
    first = 0
    for kind in site.nodes:
        names = columns.names[first : first + kind.count]
        first += kind.count
        gres = [f"{a.kind}:{a.name}:{a.count}" for a in kind.accelerators]
        gres += [f"{name}:{count}" for name, count in kind.resources.items()]
        group = NodeGroup(
            names=names,
            cpus=kind.cores,
            sockets=kind.sockets,
            cores_per_socket=kind.cores_per_socket,
            memory_mib=round(kind.memory_gib * MIB_PER_GIB),
            features=frozenset(kind.features),
            gres=",".join(gres),
        )
        groups.append(group)
    return Cluster(
        name=site.name,
        groups=tuple(groups),
        partitions=_partitions(site),
        max_array_size=100_001,
        enforce_part_limits="ALL",
        gres_types=frozenset(g.split(":")[0] for n in groups for g in n.gres.split(",") if g),
        licenses=dict(site.licences),
        memory_is_consumable=True,
        qos=frozenset(q.name.lower() for q in site.qos) if site.qos else None,
    )


def _partitions(site: Site) -> tuple[Partition, ...]:
    columns = layout(site)
    found = []
    for queue, nodes in zip(site.queues, columns.partition, strict=True):
        partition = Partition(
            name=queue.name,
            nodes=frozenset(columns.names[i] for i in nodes.nonzero()[0].tolist()),
            is_default=queue.name == site.default_partition.name,
            max_time=_minutes(queue.max_time_h),
            default_time=_minutes(queue.default_time_h) if queue.default_time_h else None,
            min_nodes=queue.min_nodes,
            max_nodes=INFINITE if queue.max_nodes is None else queue.max_nodes,
        )
        found.append(partition)
    return tuple(found)


def _minutes(hours: float | None) -> int:
    return INFINITE if hours is None else round(hours * 60)
