"""Whether some nodes of a partition could ever hold a job, with nothing else running."""

from __future__ import annotations

from .conf import Cluster, NodeGroup, Partition
from .gres import has_of, items, wanted_of_node
from .request import Request
from .settings import Settings
from .times import INFINITE

UNAVAILABLE = "Requested node configuration is not available"


def check_fit(
    settings: Settings, request: Request, cluster: Cluster, partitions: list[Partition]
) -> None:
    """Refuse what fits into none of the partitions; warn of what would wait there for ever."""
    troubles: list[tuple[str, str]] = []
    for partition in partitions:
        if waits := _larger_than(request, cluster, partition):
            _say_larger(settings, waits, cluster, partition)
            return
        trouble = _misfit(settings, request, cluster, partition)
        if trouble is None:
            return
        troubles.append(trouble)
    key, reason = troubles[0]
    settings.error(f"{reason} (--{key})", key, _largest(cluster, partitions))


def _say_larger(settings: Settings, what: str, cluster: Cluster, partition: Partition) -> None:
    """Slurm queues a job that is larger than its partition, unless limits are enforced."""
    key = "nodes" if "nodes" in settings else "ntasks"
    hint = f"partition {partition.name} has {len(partition.nodes)} nodes"
    if cluster.limits_enforced:
        settings.error(f"{what} (--{key})", key, hint)
    else:
        settings.warning(f"{what}; the job would wait for ever", key, hint)


def _larger_than(request: Request, cluster: Cluster, partition: Partition) -> str:
    groups = [(g, sum(n in partition.nodes for n in g.names)) for g in cluster.groups]
    cpus = sum(group.cpus * count for group, count in groups)
    cpus = min(cpus, partition.max_cpus_per_node * len(partition.nodes))
    if request.min_cpus > cpus:
        return f"{request.min_cpus} CPUs are more than the {cpus} of {partition.name}"
    most = min(len(partition.nodes), partition.max_nodes)
    if request.min_nodes > most:
        return f"{request.min_nodes} nodes are more than the {most} of {partition.name}"
    return ""


def _per_node_cpus(request: Request) -> int:
    """The CPUs that each node must have."""
    each = max(request.cpus_per_task or 1, request.cpus_per_node or 1)
    tasks = request.tasks if request.tasks_set else 0
    if request.tasks_per_node and not request.overcommit and tasks > 1:
        each = max(each, (request.cpus_per_task or 1) * request.tasks_per_node)
    return each


def _misfit(
    settings: Settings, request: Request, cluster: Cluster, partition: Partition
) -> tuple[str, str] | None:
    """The option that cannot be satisfied and what the controller says of it, None if it fits."""
    excluded = set(request.exclude)
    usable: list[tuple[NodeGroup, list[str]]] = []
    trouble: tuple[str, str] | None = None
    for group in cluster.groups:
        names = [n for n in group.names if n in partition.nodes and n not in excluded]
        if not names:
            continue
        wrong = _group_misfit(settings, request, group, cluster.memory_is_consumable)
        if wrong is None:
            usable.append((group, names))
        else:
            trouble = wrong
    if not usable:
        return trouble or ("exclude" if excluded else "partition", UNAVAILABLE)
    return _count_misfit(settings, request, usable)


def _group_misfit(
    settings: Settings, request: Request, group: NodeGroup, memory_counts: bool
) -> tuple[str, str] | None:
    if _per_node_cpus(request) > group.cpus:
        return _cpu_option(settings), f"CPU count per node can not be satisfied. {UNAVAILABLE}"
    for key in ("mem", "mem-per-cpu"):
        asked = settings.number(key) or 0
        if key == "mem-per-cpu" and memory_counts:
            asked *= _per_node_cpus(request)
        if asked > group.memory_mib:
            return key, f"Memory specification can not be satisfied. {UNAVAILABLE}"
    if (settings.number("tmp") or 0) > group.tmp_disk_mib:
        return "tmp", f"Temporary disk specification can not be satisfied. {UNAVAILABLE}"
    shape = (
        ("sockets-per-node", request.sockets_per_node, group.sockets),
        ("cores-per-socket", request.cores_per_socket, group.cores_per_socket),
        ("threads-per-core", request.threads_per_core, group.threads_per_core),
    )
    for key, asked_shape, has in shape:
        if asked_shape is not None and asked_shape > has:
            option = "extra-node-info" if "extra-node-info" in settings else key
            text = "Socket, core and/or thread specification can not be satisfied."
            return option, f"{text} {UNAVAILABLE}"
    for key in ("ntasks-per-socket", "ntasks-per-core"):
        cpus = 1 if request.overcommit else (request.cpus_per_task or 1)
        if (settings.number(key) or 0) * cpus > group.cores_per_socket * group.threads_per_core:
            return key, UNAVAILABLE
    for key, (name, kind, count) in wanted_of_node(settings):
        if count > has_of(group.gres, name, kind):
            return key, UNAVAILABLE
    return None


def _cpu_option(settings: Settings) -> str:
    for key in ("cpus-per-task", "ntasks-per-node", "mincpus"):
        if key in settings:
            return key
    return "ntasks"


def _count_misfit(
    settings: Settings, request: Request, usable: list[tuple[NodeGroup, list[str]]]
) -> tuple[str, str] | None:
    """Whether enough nodes are left, and have enough CPUs, within the node count asked for.

    CPUs are counted over all nodes, as Slurm does: that a task does not fit beside another on its
    node is not looked at when the job is submitted.
    """
    room: list[int] = []
    names: set[str] = set()
    per_task = max(request.cpus_per_task or 1, 1)
    for group, members in usable:
        each = group.cpus
        if request.tasks_per_node:
            each = min(each, request.tasks_per_node * per_task)
        room += [each] * len(members)
        names.update(members)
    if request.nodelist and not names.issuperset(request.nodelist):
        return "nodelist", UNAVAILABLE
    if len(room) < request.min_nodes:
        return "nodes" if "nodes" in settings else "nodelist", UNAVAILABLE
    most = min(request.max_nodes or INFINITE, len(room))
    for name, kind, count in items(f"gpu:{settings.text('gpus')}" if "gpus" in settings else ""):
        if count > sum(has_of(group.gres, name, kind) * len(members) for group, members in usable):
            return "gpus", UNAVAILABLE
    room.sort(reverse=True)
    if not request.overcommit and sum(room[:most]) < request.tasks * per_task:
        return "ntasks" if "ntasks" in settings else _cpu_option(settings), UNAVAILABLE
    return None


def _largest(cluster: Cluster, partitions: list[Partition]) -> str:
    names = frozenset().union(*(partition.nodes for partition in partitions))
    groups = [g for g in cluster.groups if any(n in names for n in g.names)]
    if not groups:
        return "the partition has no nodes"
    cpus = max(group.cpus for group in groups)
    memory = max(group.memory_mib for group in groups)
    return f"the largest node there has {cpus} CPUs and {memory} MiB; {len(names)} nodes in all"
