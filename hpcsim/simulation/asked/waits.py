"""Dependencies between the jobs of a workload: by kind, by array element, singletons, circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hpcsim.cluster.rules import Ties
from hpcsim.cluster.terms import AFTER_ANY, TIE_NAMES
from workloads.jobs.model import Dependency
from workloads.jobs.slurm.depend import BadDependencyError, parse_dependency
from workloads.workload import Workload

from .mistakes import Mistakes
from .texts import rows_by_text

_KINDS = {name: kind for kind, name in enumerate(TIE_NAMES)} | {
    "afterburstbuffer": AFTER_ANY,
    "aftercorr": TIE_NAMES.index("afterok"),
}
_Tie = tuple[int, int, int, float, bool]
MOST_TIES = 20_000_000


def ties_asked(workload: Workload, mistakes: Mistakes) -> Ties | None:
    """All pairs of jobs of which the second waits for the first; None if there are none.

    A number in a dependency is a job, or an array, of which all elements are meant.
    """
    if "dependency" not in workload.wishes:
        return None
    jobs, arrays = _by_number(workload)
    found: list[_Tie] = []
    singletons: list[int] = []
    for text, rows in rows_by_text(workload, "dependency"):
        try:
            read = parse_dependency(text)
        except BadDependencyError as error:
            mistakes.add(rows, f"not a dependency: {error}", value=text,
                         hint="as in afterok:12,after:7+5")  # fmt: skip
            continue
        for item in read.items:
            if item.kind == "singleton":
                singletons += rows.tolist()
                continue
            parents = _parents(item, jobs, arrays)
            if not len(parents):
                mistakes.add(rows, "waits for a job that is not in the workload",
                             value=item.job or "")  # fmt: skip
            found += _pairs(item, parents, rows, arrays, workload, read.any_one)
    found += _singletons(workload, sorted(singletons))
    if not found:
        return None
    parent, child, kind, delay, one = (np.array(column) for column in zip(*found, strict=True))
    for circle in _circle(parent, child, len(workload)):
        around = " -> ".join(str(workload.job_id[row]) for row in circle[:10])
        mistakes.add(
            circle, "jobs wait for each other in a circle: none could ever start", value=around
        )
    return Ties(parent, child, kind, delay.astype(np.float64), one.astype(bool))


def _by_number(workload: Workload) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Rows by job number, and by array; with a number that is there twice the first is meant."""
    jobs: dict[int, int] = {}
    for row, number in enumerate(workload.job_id.tolist()):
        jobs.setdefault(number, row)
    arrays: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(workload.wishes.get("array", np.zeros(0)).tolist()):
        if number >= 0:
            arrays[number].append(row)
    return jobs, dict(arrays)


def _parents(item: Dependency, jobs: dict[int, int], arrays: dict[int, list[int]]) -> list[int]:
    number = int(item.job or -1)
    if item.element is not None and item.element.isdigit():
        elements = arrays.get(number, [])
        index = int(item.element)
        return elements[index : index + 1]
    if number in arrays:
        return arrays[number]
    return [jobs[number]] if number in jobs else []


def _pairs(
    item: Dependency,
    parents: list[int],
    rows: NDArray[np.int64],
    arrays: dict[int, list[int]],
    workload: Workload,
    any_one: bool,
) -> Iterator[_Tie]:
    kind, delay = _KINDS[item.kind], float(item.delay_s or 0)
    array = workload.wishes.get("array")
    for child in rows.tolist():
        own = arrays.get(int(array[child]), []) if array is not None else []
        if item.kind == "aftercorr" and len(own) == len(parents):
            yield parents[own.index(child)], child, kind, delay, any_one
            continue
        for parent in parents:
            yield parent, child, kind, delay, any_one


def _singletons(workload: Workload, rows: list[int]) -> Iterator[_Tie]:
    """Each waits for all before it of its name and user; one before it has waited for the rest."""
    if not rows:
        return
    names = workload.wishes.get("name", np.full(len(workload), -1))
    wanted = set(rows)
    since: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(names.tolist(), workload.user.tolist(), strict=True)):
        if row in wanted:
            for before in since[key]:
                yield before, row, AFTER_ANY, 0.0, False
            since[key] = []
        since[key].append(row)


def _circle(
    parent: NDArray[np.int64], child: NDArray[np.int64], jobs: int
) -> Iterator[NDArray[np.int64]]:
    """Every set of jobs that wait for each other."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(parent), np.int8), (parent, child)), shape=(jobs, jobs))
    _, component = connected_components(graph, connection="strong")
    itself = parent[parent == child]
    sizes = np.bincount(component)
    for each in np.flatnonzero(sizes > 1).tolist():
        yield np.flatnonzero(component == each)
    for row in np.unique(itself).tolist():
        yield np.array([row])
