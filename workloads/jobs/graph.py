"""Checks on the dependencies between the jobs of one file."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from ..errors import printable
from .findings import Findings
from .model import JobDescription

_SHOWN = 5


def check_graph(
    jobs: Sequence[JobDescription], findings: Findings, others_exist: bool = False
) -> None:
    """Note ids that occur twice, parents that do not exist, and circles.

    With `others_exist` a parent may also be a job that is known elsewhere.
    """
    ids = Counter(job.id for job in jobs if job.id is not None)
    for name, times in ids.items():
        if times > 1:
            message = f"the id {printable(name, 60)} occurs {times} times"
            findings.error(message, option="id", value=name)
    for job in jobs:
        for dependency in job.dependencies:
            if others_exist or dependency.job is None:
                continue
            if dependency.job not in ids:
                findings.error(
                    f"{printable(job.id or job.name or '', 60)} waits for "
                    f"{printable(dependency.job, 60)}, which is not in the file",
                    option="parents",
                    value=dependency.job,
                )
    circle = in_circles(jobs)
    if circle:
        names = " -> ".join(printable(name, 40) for name in circle[:_SHOWN])
        findings.error(f"circular dependencies: {names}", option="parents", value=circle[0])


def in_circles(jobs: Sequence[JobDescription]) -> list[str]:
    """The ids of one circle of dependencies, empty if there is none."""
    parents = {
        job.id: {d.job for d in job.dependencies if d.job is not None}
        for job in jobs
        if job.id is not None
    }
    children: dict[str, list[str]] = {}
    missing = dict.fromkeys(parents, 0)
    for name, waits in parents.items():
        for parent in waits:
            if parent in parents:
                children.setdefault(parent, []).append(name)
                missing[name] += 1
    ready = deque(name for name, count in missing.items() if count == 0)
    while ready:
        for child in children.get(ready.popleft(), ()):
            missing[child] -= 1
            if missing[child] == 0:
                ready.append(child)
    stuck = {name for name, count in missing.items() if count > 0}
    return _walk_back(stuck, parents)


def _walk_back(stuck: set[str], parents: dict[str, set[str]]) -> list[str]:
    """From any job that never gets ready, back along parents that do not either."""
    if not stuck:
        return []
    path: dict[str, None] = {}
    name = min(stuck)
    while name not in path:
        path[name] = None
        name = min(parents[name] & stuck)
    names = list(path)
    return names[names.index(name) :]
