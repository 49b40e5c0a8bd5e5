"""Many runs of one subject at points of a space, made once and asked often."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from hpcsim import __version__
from hpcsim.errors import InputError, Problem

from ..executors import Pool
from ..subject import Subject, figures_known
from . import folder
from .drive import Tell, drive
from .ledger import Ledger
from .metric import Metric
from .results import runs_table
from .task import Key, Result, Task, seed_of

Changes = Mapping[str, Any]
AS_IS: Changes = MappingProxyType({})
_MOST_ERRORS = 3


@dataclass(frozen=True)
class Spent:
    """What the runs of a study have cost."""

    runs: int
    failed: int
    wall_s: float
    cpu_s: float
    memory_mib: float


class Study:
    """The runs of a subject; `open_study` makes one."""

    def __init__(
        self,
        subject: Subject,
        pool: Pool,
        ledger: Ledger,
        *,
        seed: int,
        metrics: Sequence[Metric] = (),
        out: Path | None = None,
        tell: Tell = lambda done, of: None,
    ) -> None:
        self.subject = subject
        self.metrics = tuple(metrics)
        self.seed = seed
        self.out = out
        self._pool = pool
        self._ledger = ledger
        self._tell = tell

    def run(
        self, points: Sequence[Changes], replications: Sequence[int], *, alone: bool = False
    ) -> None:
        """Make the runs of all replications at all points that have not been made.

        Raises InputError where every run has failed: then it is the question that is wrong.
        """
        tasks = [
            Task(
                Key(point_text(changes), replication),
                self.subject,
                dict(changes),
                seed_of(self.seed, replication),
                self.metrics,
                alone,
            )
            for changes in points
            for replication in replications
        ]
        drive(tasks, self._pool, self._ledger, self._tell)
        wanted = {task.key for task in tasks}
        results = [r for r in self._ledger.results() if r.key in wanted]
        errors = [each.error for each in results if each.error is not None]
        if results and len(errors) == len(results):
            told = [Problem(f"every run failed: {e}") for e in dict.fromkeys(errors)]
            raise InputError(told[:_MOST_ERRORS])

    def results(self, changes: Changes = AS_IS) -> list[Result]:
        """The runs of a point that have not failed, in order of replication."""
        found = self._ledger.results(point_text(changes))
        return [result for result in found if result.error is None]

    def every_result(self) -> list[Result]:
        """All finished runs."""
        return list(self._ledger.results())

    def values(
        self, metric: Metric | str, changes: Changes = AS_IS, runs: int | None = None
    ) -> npt.NDArray[np.float64]:
        """A figure of each replication 0..runs-1 of a point; NaN where a run has failed."""
        found = {r.key.replication: r for r in self._ledger.results(point_text(changes))}
        many = 1 + max(found, default=-1) if runs is None else runs
        name = str(metric)
        return np.array(
            [found[i].figures.get(name, math.nan) if i in found else math.nan for i in range(many)]
        )

    @property
    def spent(self) -> Spent:
        """What the runs have cost, those of earlier sittings included."""
        every = self.every_result()
        return Spent(
            len(every),
            sum(result.error is not None for result in every),
            sum(result.wall_s for result in every),
            sum(result.cpu_s for result in every),
            max((result.memory_mib for result in every), default=0.0),
        )

    def finish(self, answer: Mapping[str, Any]) -> None:
        """Write the runs' table and the answer into the folder, where there is one."""
        if self.out is not None:
            folder.write_runs(self.out, runs_table(self.every_result()))
            folder.write_answer(self.out, answer)


@contextlib.contextmanager
def open_study(
    subject: Subject,
    pool: Pool,
    *,
    seed: int | None = None,
    metrics: Sequence[Metric] = (),
    out: Path | None = None,
    retry: bool = False,
    tell: Tell = lambda done, of: None,
) -> Iterator[Study]:
    """A study of `subject` in the folder `out`, or in memory without one.

    Where the folder holds the same study, it goes on where that stopped; with `retry`, runs that
    have failed are made again. InputError where a metric is not known, or the folder holds
    another study.
    """
    root = subject.seed if seed is None else seed
    if root < 0:
        raise InputError(Problem("a seed is a whole number from 0", value=str(root)))
    question = {
        "hpcsim": __version__,
        "seed": root,
        # A figure of all jobs is measured in any case; only chosen jobs cost something.
        "metrics": sorted({str(metric) for metric in metrics if metric.where}),
        "subject": subject.described(),
    }
    if metrics:
        figures_known(subject.known(metrics), metrics)
    if out is not None:
        folder.opened(out, question)
    with (
        contextlib.nullcontext() if out is None else folder.led(out),
        Ledger(None if out is None else out / folder.LEDGER) as ledger,
    ):
        if retry:
            ledger.forget_failed()
        yield Study(subject, pool, ledger, seed=root, metrics=metrics, out=out, tell=tell)


def point_text(changes: Changes) -> str:
    """A point as canonical JSON, by which the ledger knows it."""
    return json.dumps(dict(changes), sort_keys=True)
