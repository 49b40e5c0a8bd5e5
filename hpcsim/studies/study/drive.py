"""Runs made by a pool and kept in a ledger as they come back, in whatever order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait

from ..executors import Pool
from .ledger import Ledger
from .task import Result, Task, run_task

AHEAD = 2  # tasks a worker that are handed in before there is room
Tell = Callable[[int, int], None]


def drive(tasks: Sequence[Task], pool: Pool, ledger: Ledger, tell: Tell) -> None:
    """Make the runs that the ledger does not have; `tell(finished, of)` after each.

    A run that fails is recorded with its error. Where a worker dies, those that it may have died
    of are made one by one, and the one that kills its worker again is recorded as failed.
    """
    known = ledger.finished()
    left = [task for task in tasks if task.key not in known]
    ledger.plan((task.key, task.seed) for task in left)
    count = _Count(len(tasks), len(tasks) - len(left), tell)
    tell(count.finished, count.total)
    suspects = _together(left, pool, ledger, count)
    while suspects:
        pool.reopen()
        _alone(suspects[0], pool, ledger, count)
        suspects = _together(suspects[1:], pool, ledger, count)


class _Count:
    """How far it is."""

    def __init__(self, total: int, finished: int, tell: Tell) -> None:
        self.total, self.finished, self._tell = total, finished, tell

    def up(self) -> None:
        self.finished += 1
        self._tell(self.finished, self.total)


def _together(tasks: Sequence[Task], pool: Pool, ledger: Ledger, count: _Count) -> list[Task]:
    """Make runs side by side; those that are left where the pool has broken."""
    waiting = list(reversed(tasks))
    under_way: dict[Future[Result], Task] = {}
    try:
        while waiting or under_way:
            while waiting and len(under_way) < AHEAD * pool.workers:
                under_way[pool.submit(run_task, waiting[-1])] = waiting[-1]
                waiting.pop()
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                ledger.record(_result(future, under_way[future]))
                del under_way[future]
                count.up()
    except BrokenExecutor:
        return [*under_way.values(), *reversed(waiting)]
    return []


def _alone(task: Task, pool: Pool, ledger: Ledger, count: _Count) -> None:
    try:
        result = pool.submit(run_task, task).result()
    except BrokenExecutor as error:
        text = f"the worker died, perhaps for want of memory: {error}"
        result = Result(task.key, task.seed, error=text)
        pool.reopen()
    ledger.record(result)
    count.up()


def _result(future: Future[Result], task: Task) -> Result:
    """What came back; what kept a task from reaching its worker is the run's error."""
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        return Result(task.key, task.seed, error=f"{type(error).__name__}: {error}")
