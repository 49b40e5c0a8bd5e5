"""The critical path: what takes longest even where every task starts as soon as it may."""

from __future__ import annotations

import numpy as np

from hpcsim.errors import InputError

from .tasks import Floats, Ints, Tasks


def earliest_ends(tasks: Tasks) -> tuple[Floats, Ints]:
    """When each task ends if nobody waits for cores, and the parent that it waited for last.

    float64[N] seconds, int64[N] with -1 for none. Raises InputError for circles.
    """
    count = len(tasks)
    lasts = tasks.lasts_s
    missing = np.bincount(tasks.children, minlength=count)
    begin, last = np.zeros(count), np.full(count, -1, np.int64)
    end = np.zeros(count)
    ready = np.flatnonzero(missing == 0).tolist()
    seen = 0
    while ready:
        task = ready.pop()
        seen += 1
        end[task] = begin[task] + lasts[task]
        for child in tasks.children[tasks.indptr[task] : tasks.indptr[task + 1]].tolist():
            if last[child] < 0 or end[task] > begin[child]:
                begin[child] = end[task]
                last[child] = task
            missing[child] -= 1
            if missing[child] == 0:
                ready.append(child)
    if seen < count:
        raise InputError("tasks wait for each other in a circle")
    return end, last


def walk_back(end: Floats, last: Ints) -> list[int]:
    """The tasks of a path from its first to the one that ends last."""
    if not len(end):
        return []
    task = int(np.argmax(end))
    path = [task]
    while last[task] >= 0:
        task = int(last[task])
        path.append(task)
    return path[::-1]


def critical_path(tasks: Tasks) -> tuple[float, list[int]]:
    """Its length in seconds, and its tasks in order."""
    end, last = earliest_ends(tasks)
    return (float(end.max()) if len(end) else 0.0), walk_back(end, last)


def actual_path(tasks: Tasks, end_s: Floats) -> list[int]:
    """The chain of tasks that ended last, as it came: each with the parent that ended last."""
    last = np.full(len(tasks), -1, np.int64)
    parents = tasks.parent_of_edge
    order = np.argsort(end_s[parents], kind="stable")
    last[tasks.children[order]] = parents[order]
    return walk_back(end_s, last)
