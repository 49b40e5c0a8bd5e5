"""Mistakes in what jobs ask, each told once with the number of jobs that make it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import Problem, nearest

MOST_TOLD = 50


class Mistakes:
    """Gathers problems; `job_id` names the jobs, `source` the workload."""

    def __init__(self, job_id: NDArray[np.int64], source: str) -> None:
        self.job_id, self.source = job_id, source
        self.problems: list[Problem] = []

    def add(
        self,
        rows: Sequence[int] | NDArray[np.int64],
        message: str,
        *,
        value: str | None = None,
        rule: str | None = None,
        hint: str | None = None,
    ) -> None:
        """`message` is true of the jobs in `rows`, of which there is at least one."""
        first = self.job_id[int(rows[0])]
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        text = f"job {first}{more}: {message}"
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(text, self.source, value=value, rule=rule, hint=hint))

    def unknown(self, rows: NDArray[np.int64], what: str, name: str, known: Sequence[str]) -> None:
        """The jobs name something that the machine does not have."""
        none = f"this machine has no {what}s; give a --site that has"
        hint = nearest(name, list(known)) if known else none
        self.add(rows, f"no such {what}", value=name, hint=hint)
