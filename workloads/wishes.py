"""Optional columns of a workload: what jobs ask for beyond cores, memory and time.

Most traces say nothing of the kind, so a workload holds only those columns of which its source
speaks. Texts are kept as codes with names, as users are: jobs ask for few different things.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .columns import Column
from .errors import Problem


def _column(name: str, dtype: str, unknown: float, meaning: str) -> Column:
    return Column(name, np.dtype(dtype), unknown, meaning)


WISHES: tuple[Column, ...] = (
    _column("name", "i4", -1, "text: the job's name, for singleton"),
    _column("nodes", "i4", 0, "nodes over which the cores spread evenly; 0: as few as it takes"),
    _column("memory_per_node_mib", "f4", np.nan, "MiB of memory asked of each node"),
    _column("gres", "i4", -1, "text: countable resources of each node, `gpu:a100:2,nvme_tb:1`"),
    _column("licences", "i4", -1, "text: held while the job runs, `matlab:1,ansys:4`"),
    _column("features", "i4", -1, "text: what each node has, `avx512&nvme` or `thin|fat`"),
    _column("exclusive", "i1", 0, "1: the job takes its nodes whole"),
    _column("begin_s", "f8", np.nan, "seconds from the start of the trace before which it waits"),
    _column("deadline_s", "f8", np.nan, "seconds from the start by which it must have ended"),
    _column("held", "i1", 0, "1: its user holds it back"),
    _column("reservation", "i4", -1, "text: the reservation inside which it runs"),
    _column("dependency", "i4", -1, "text: as Slurm has it, `afterok:12:13,after:7+5` (minutes)"),
    _column("array", "i8", -1, "the array whose element it is, any number of its own"),
    _column("array_throttle", "i4", 0, "most elements of its array that run at once; 0: any"),
    _column("shapes", "i4", -1, "text: alternatives `2x20:3600/7200,4x20:2000/4000`: nodes x cores "
            "of each : run time / limit, s"),
)  # fmt: skip
WISH_BY_NAME: dict[str, Column] = {column.name: column for column in WISHES}
TEXTS: tuple[str, ...] = (
    "name", "gres", "licences", "features", "reservation", "dependency", "shapes",
)  # fmt: skip
"""Wishes that are texts: columns of codes, whose names are in the workload's labels."""


def filled(
    columns: Mapping[str, ArrayLike], order: np.ndarray | None, rows: int
) -> dict[str, np.ndarray]:
    """The wishes among `columns` that say anything, in their types and in submit order."""
    found = {}
    for column in WISHES:
        given = columns.get(column.name)
        if given is None:
            continue
        values = np.asarray(given).astype(column.dtype, copy=False)
        if values.shape == (rows,) and not column.all_unknown(values):
            found[column.name] = values if order is None else values[order]
    return found


def problems_of_wishes(wishes: Mapping[str, np.ndarray], ids: np.ndarray) -> list[Problem]:
    """Values that no job can ask for, each with the first job that does."""
    problems = []
    for name, values in wishes.items():
        if name in TEXTS or name == "array":
            continue
        wrong = values < 0
        if not wrong.any():
            continue
        row = int(np.argmax(wrong))
        problems.append(
            Problem(
                f"{name} of job {ids[row]} is impossible",
                value=str(values[row]),
                rule="not negative, or left empty",
            )
        )
    return problems
