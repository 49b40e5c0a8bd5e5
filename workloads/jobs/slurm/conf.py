"""A small reader of `slurm.conf`: nodes, partitions and the limits that a submission meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..findings import Findings
from ..source import Source
from .amounts import mebibytes
from .cstring import strtol
from .hostlist import BadHostlistError, expand
from .times import INFINITE, limit_minutes

_PAIR = re.compile(r'([A-Za-z][A-Za-z0-9_]*)\s*[+-]?=\s*("[^"]*"|\S*)')


@dataclass(frozen=True)
class NodeGroup:
    """The nodes of one `NodeName` line, all alike."""

    names: tuple[str, ...]
    cpus: int = 1
    sockets: int = 1
    cores_per_socket: int = 1
    threads_per_core: int = 1
    memory_mib: int = 1
    tmp_disk_mib: int = 0
    features: frozenset[str] = frozenset()
    gres: str = ""


@dataclass(frozen=True)
class Partition:
    """One partition; times in minutes, `INFINITE` where there is no limit."""

    name: str
    nodes: frozenset[str]
    is_default: bool = False
    max_time: int = INFINITE
    default_time: int | None = None
    min_nodes: int = 0
    max_nodes: int = INFINITE
    max_cpus_per_node: int = INFINITE
    up: bool = True


@dataclass(frozen=True)
class Cluster:
    """What a submission is checked against.

    `qos` is None where nobody said which exist; then any name passes, as it does with Slurm
    unless limits are enforced. `reservations` are not in `slurm.conf`: none, unless handed in.
    """

    name: str = "cluster"
    groups: tuple[NodeGroup, ...] = ()
    partitions: tuple[Partition, ...] = ()
    max_array_size: int = 1001
    max_array_tasks: int | None = None
    enforce_part_limits: str = "NO"
    gres_types: frozenset[str] = frozenset()
    licenses: dict[str, int] = field(default_factory=dict)
    spec_resources_allowed: bool = False
    memory_is_consumable: bool = False
    reservations: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    qos: frozenset[str] | None = None

    @property
    def default_partition(self) -> Partition | None:
        """The partition of a job that names none."""
        return next((p for p in self.partitions if p.is_default), None)

    def partition(self, name: str) -> Partition | None:
        """The partition of that name; capitals count."""
        return next((p for p in self.partitions if p.name == name), None)

    @property
    def limits_enforced(self) -> bool:
        """Whether a job beyond its partition's limits is refused instead of queued."""
        return self.enforce_part_limits in ("YES", "ALL", "ANY")

    @property
    def node_names(self) -> frozenset[str]:
        """Every node."""
        return frozenset(name for group in self.groups for name in group.names)

    @property
    def features(self) -> frozenset[str]:
        """Every feature that some node has."""
        return frozenset(feature for group in self.groups for feature in group.features)


def read_conf(source: Source, findings: Findings) -> Cluster:
    """Read a `slurm.conf`; what is not understood there is passed over with a warning."""
    plain: dict[str, str] = {}
    reader = _Reader(findings)
    for number, line in _lines(source.text):
        first = line.partition("=")[0].strip().lower()
        pairs = {m[1].lower(): m[2].strip('"') for m in _PAIR.finditer(line)}
        if first == "nodename":
            reader.node(pairs, number)
        elif first == "partitionname":
            reader.partition(pairs, number)
        elif first.startswith("include"):
            findings.warning("Include is not followed", line=number, value=line)
        elif pairs:
            plain.update(pairs)
    return _cluster(plain, reader)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that end with a backslash joined to the next."""
    held, start = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(?<!\\)#.*", "", raw).rstrip()
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole, first = (held + line).strip(), start
        held, start = "", 0
        if whole:
            yield first, whole
    if held.strip():
        yield start, held.strip()


@dataclass
class _Reader:
    findings: Findings
    groups: list[NodeGroup] = field(default_factory=list)
    partitions: list[tuple[dict[str, str], int]] = field(default_factory=list)
    node_defaults: dict[str, str] = field(default_factory=dict)
    partition_defaults: dict[str, str] = field(default_factory=dict)

    def node(self, pairs: dict[str, str], line: int) -> None:
        name = pairs.pop("nodename", "")
        if name.upper() == "DEFAULT":
            self.node_defaults.update(pairs)
            return
        values = {**self.node_defaults, **pairs}
        try:
            names = tuple(expand(name))
        except BadHostlistError as bad:
            self.findings.error(str(bad), line=line, option="NodeName", value=name)
            return
        self.groups.append(_group(names, values))

    def partition(self, pairs: dict[str, str], line: int) -> None:
        if pairs.get("partitionname", "").upper() == "DEFAULT":
            pairs.pop("partitionname")
            self.partition_defaults.update(pairs)
        else:
            self.partitions.append(({**self.partition_defaults, **pairs}, line))


def _count(values: dict[str, str], *names: str, default: int) -> int:
    for name in names:
        if name in values:
            text = values[name]
            if text.upper() in ("UNLIMITED", "INFINITE"):
                return INFINITE
            return strtol(text)[0]
    return default


def _yes(values: dict[str, str], name: str) -> bool:
    return values.get(name, "").lower() in ("yes", "true", "1")


def _group(names: tuple[str, ...], values: dict[str, str]) -> NodeGroup:
    cores = max(_count(values, "corespersocket", default=1), 1)
    threads = max(_count(values, "threadspercore", default=1), 1)
    stated = _count(values, "cpus", "procs", default=0)
    boards = max(_count(values, "boards", default=1), 1)
    per_board = _count(values, "socketsperboard", default=0)
    sockets = per_board * boards or _count(values, "sockets", default=0)
    sockets = sockets or max(stated // (cores * threads), 1)
    features = values.get("features", values.get("feature", ""))
    return NodeGroup(
        names=names,
        cpus=stated or sockets * cores * threads,
        sockets=sockets,
        cores_per_socket=cores,
        threads_per_core=threads,
        memory_mib=mebibytes(values.get("realmemory", "1")) or 1,
        tmp_disk_mib=mebibytes(values.get("tmpdisk", "0")) or 0,
        features=frozenset(name for name in features.split(",") if name),
        gres=values.get("gres", ""),
    )


def _cluster(plain: dict[str, str], reader: _Reader) -> Cluster:
    every = frozenset(name for group in reader.groups for name in group.names)
    parameters = plain.get("schedulerparameters", "").lower()
    tasks = re.search(r"max_array_tasks=([0-9]{1,9})", parameters)
    types = f"{plain.get('selecttypeparameters', '')},{plain.get('gresplugins', '')}".upper()
    return Cluster(
        name=plain.get("clustername", "cluster"),
        groups=tuple(reader.groups),
        partitions=tuple(_partition(p, line, every, reader) for p, line in reader.partitions),
        max_array_size=min(max(_count(plain, "maxarraysize", default=1001), 0), 4_000_001),
        max_array_tasks=int(tasks[1]) if tasks else None,
        enforce_part_limits=plain.get("enforcepartlimits", "NO").upper(),
        gres_types=frozenset(name for name in plain.get("grestypes", "").split(",") if name),
        licenses=_licenses(plain.get("licenses", "")),
        spec_resources_allowed=_yes(plain, "allowspecresourcesusage"),
        memory_is_consumable="MEMORY" in types,
    )


def _licenses(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in re.split(r"[,;]", text):
        name, _, count = re.sub(r"[*]", ":", item).partition(":")
        if name.strip():
            found[name.strip()] = strtol(count)[0] if count else 1
    return found


def _partition(
    values: dict[str, str], line: int, every: frozenset[str], reader: _Reader
) -> Partition:
    nodes = every
    text = values.get("nodes", "")
    if text.upper() != "ALL":
        try:
            nodes = frozenset(expand(text)) & every
        except BadHostlistError as bad:
            reader.findings.error(str(bad), line=line, option="Nodes", value=text)
            nodes = frozenset()
    max_time = limit_minutes(values.get("maxtime", "UNLIMITED"))
    default = values.get("defaulttime")
    return Partition(
        name=values.get("partitionname", ""),
        nodes=nodes,
        is_default=_yes(values, "default"),
        max_time=INFINITE if max_time is None else max_time,
        default_time=None if default in (None, "NONE") else limit_minutes(default),
        min_nodes=_count(values, "minnodes", default=0),
        max_nodes=_count(values, "maxnodes", default=INFINITE),
        max_cpus_per_node=_count(values, "maxcpuspernode", default=INFINITE),
        up=values.get("state", "UP").upper() in ("UP", "DRAIN"),
    )
