"""What the controller refuses: names that do not exist, and shapes that no node can hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .arrays import BadArrayError, parse_array
from .clock import Moment
from .conf import Cluster, Partition
from .depend import BadDependencyError, parse_dependency
from .fit import check_fit
from .gres import bad_gres
from .request import Request
from .settings import Settings
from .times import INFINITE, NO_VALUE

LONGEST = {
    "account": 1024,
    "array": 4096,
    "bb": 8192,
    "comment": 1024,
    "constraint": 1024,
    "dependency": 131072,
    "exclude": 65536,
    "gres": 1024,
    "job-name": 1024,
    "licenses": 1024,
    "mail-user": 1024,
    "network": 1024,
    "nodelist": 65536,
    "output": 4096,
    "error": 4096,
    "input": 4096,
    "chdir": 4096,
    "partition": 1024,
    "qos": 1024,
    "reservation": 1024,
    "wckey": 1024,
}


def check_texts(settings: Settings, cluster: Cluster | None) -> None:
    """What the controller checks by itself, whatever the cluster is like."""
    for key, most in LONGEST.items():
        if len(settings.text(key) or "") > most:
            settings.error(f"--{key} is longer than {most} characters", key)
    _array(settings, cluster)
    if "test-only" in settings:
        message = "--test-only estimates a start and submits nothing"
        settings.error(message, "test-only", "leave it out to submit the job")
    if "help" in (settings.text("hint") or "").lower().replace(",", ";").split(";"):
        settings.error("--hint=help prints the hints and submits nothing", "hint")
    text = settings.text("dependency")
    if text is not None:
        try:
            parse_dependency(text)
        except BadDependencyError as bad:
            hint = "after, afterany, afterok, afternotok, aftercorr, then :JOB[:JOB]; or singleton"
            settings.error(f"Job dependency problem (--dependency): {bad}", "dependency", hint)


def _array(settings: Settings, cluster: Cluster | None) -> None:
    text = settings.text("array")
    if text is None:
        return
    try:
        array = parse_array(text, cluster.max_array_size) if cluster else parse_array(text)
        most = cluster.max_array_tasks if cluster else None
        if array and most is not None and array.size > most:
            raise BadArrayError(f"{array.size} tasks are more than max_array_tasks={most}")
    except BadArrayError as bad:
        hint = "indices and ranges such as 0-15, 1,3,5 or 1-99:2, then %N for N at once"
        settings.error(f"Invalid job array specification (--array): {bad}", "array", hint)


def check_cluster(settings: Settings, request: Request, cluster: Cluster) -> None:
    """What this cluster refuses or can never run."""
    partitions = _partitions(settings, cluster)
    _clusters(settings, cluster)
    _nodes(settings, request, cluster)
    _times(settings, partitions, cluster)
    _licenses(settings, cluster)
    _features(settings, cluster)
    if (name := settings.text("reservation")) and not _known(name, cluster.reservations):
        settings.error(
            f"Requested reservation is invalid: {name} is not known here (--reservation)",
            "reservation",
        )
    qos = settings.text("qos")
    if qos and cluster.qos is not None and qos.lower() not in cluster.qos:
        settings.error("Invalid qos specification (--qos)", "qos", _list(sorted(cluster.qos)))
    elsewhere = "clusters" in settings
    sound = elsewhere or not bad_gres(settings, cluster.gres_types)
    sound = sound and cluster.node_names.issuperset(request.nodelist)
    sound = sound and not set(request.nodelist) & set(request.exclude)
    if partitions and sound and "hold" not in settings:
        check_fit(settings, request, cluster, partitions)


def _known(names: str, known: frozenset[str]) -> bool:
    return all(name in known for name in names.split(","))


def _list(names: Sequence[str]) -> str:
    return "known: " + (", ".join(names) or "none")


def _partitions(settings: Settings, cluster: Cluster) -> list[Partition]:
    text = settings.text("partition")
    if text is None:
        if cluster.default_partition is not None:
            return [cluster.default_partition]
        settings.error(
            "No partition specified or system default partition (--partition)",
            "partition",
            _list([p.name for p in cluster.partitions]),
        )
        return []
    found: list[Partition] = []
    for name in text.split(","):
        partition = cluster.partition(name)
        if partition is not None:
            found.append(partition)
        elif name or not text.strip(","):
            settings.error(
                f"invalid partition specified: {name} (Invalid partition name specified)",
                "partition",
                _list([p.name for p in cluster.partitions]),
            )
            return []
    return found


def _clusters(settings: Settings, cluster: Cluster) -> None:
    names = settings.text("clusters")
    for name in (names or "").split(","):
        if name and name.lower() not in (cluster.name.lower(), "all"):
            settings.error(
                f"No cluster '{name}' known by database. (--clusters)",
                "clusters",
                f"this is {cluster.name}",
            )


def _nodes(settings: Settings, request: Request, cluster: Cluster) -> None:
    for key, names in (("nodelist", request.nodelist), ("exclude", request.exclude)):
        unknown = [name for name in names if name not in cluster.node_names]
        if unknown:
            message = f"Invalid node name specified: {', '.join(unknown[:5])} (--{key})"
            settings.error(message, key)
    both = set(request.nodelist) & set(request.exclude)
    if both:
        message = (
            f"Invalid node name specified: {', '.join(sorted(both)[:5])} "
            "required and excluded (--exclude)"
        )
        settings.error(message, "exclude")
    nodes = settings.get("nodes")
    if nodes is not None and nodes.value == (0, 0) and not request.nodelist:
        settings.error("Node count specification invalid (--nodes)", "nodes", "at least 1")


def _times(settings: Settings, partitions: list[Partition], cluster: Cluster) -> None:
    if not partitions:
        return
    longest = max(partition.max_time for partition in partitions)
    limit, least = settings.number("time"), settings.number("time-min")
    default = partitions[0].default_time
    asked = limit if limit is not None else (NO_VALUE if default is None else default)
    too_long = "Invalid time-min specification (exceeds job's time or other limits) (--time-min)"
    if least is not None and (least > longest or least > asked):
        settings.error(too_long, "time-min", "at most --time and the partition's MaxTime")
    if limit is not None and least is None and limit > longest:
        message = (
            f"Requested time limit is invalid (exceeds the {longest} minutes of the partition) "
            "(--time)"
        )
        if cluster.limits_enforced:
            settings.error(message, "time")
        else:
            settings.warning(f"{message}; the job would wait for ever", "time")
    deadline = settings.get("deadline")
    if deadline is not None and isinstance(deadline.value, Moment):
        _deadline(settings, deadline.value, least)


def _deadline(settings: Settings, deadline: Moment, least: int | None) -> None:
    left = (deadline.at - settings.reader.now.replace(microsecond=0)).total_seconds()
    if left < 0:
        message = "Requested time limit is invalid: the deadline is over (--deadline)"
        settings.error(message, "deadline")
    elif least is not None and least != INFINITE and left < least * 60:
        settings.error(
            "Invalid time-min specification: it does not end by the deadline (--time-min)",
            "time-min",
        )


def _licenses(settings: Settings, cluster: Cluster) -> None:
    text = settings.text("licenses")
    for token in re.split(r"[,;]", text or ""):
        name, _, count = token.partition(":")
        if not token:
            continue
        sound = not re.search(r"\s", name) and re.fullmatch(r"\s*\+?[0-9]{0,9}", count)
        have = cluster.licenses.get(name)
        if not sound or have is None or int(count.strip() or 1) > have:
            settings.error(
                f"Invalid license specification: {token} (--licenses)",
                "licenses",
                _list([f"{key}:{value}" for key, value in cluster.licenses.items()]),
            )
            return


def _features(settings: Settings, cluster: Cluster) -> None:
    for key in ("constraint", "prefer"):
        text = settings.text(key)
        if not text:
            continue
        names = re.findall(r"[^\s&|,()\[\]*]+(?:\*[0-9]+)?", re.sub(r"\*[0-9]+", "", text))
        problem = _unbalanced(text) or next((n for n in names if n not in cluster.features), None)
        if problem:
            settings.error(
                f"Invalid feature specification: {problem} (--{key})",
                key,
                _list(sorted(cluster.features)),
            )
    if settings.text("batch") and not settings.text("constraint"):
        message = "Batch host constraint (--batch) needs a --constraint that contains it"
        settings.error(message, "batch")


def _unbalanced(text: str) -> str | None:
    for opening, closing in ("()", "[]"):
        if text.count(opening) != text.count(closing):
            return f"{opening} and {closing} do not match"
    if text.count("[") > 1 or re.search(r"[&|,(\[]\s*[&|,)\]]|^[&|,]", text):
        return "the expression"
    return None
