"""The seam between a study and who makes its runs: an executor as `concurrent.futures` has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from hpcsim.errors import InputError, Problem, nearest

PROCESSES, HERE, MPI, DASK = "processes", "here", "mpi", "dask://"
Opener = Callable[[], tuple[Executor, int]]


class Pool:
    """Workers that make runs; a pool that has broken can be opened once more."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._executor, self.workers = opener()

    def submit(self, work: Callable[[Any], Any], task: Any) -> Future[Any]:
        """Let a worker do `work(task)`."""
        return self._executor.submit(work, task)

    def reopen(self) -> None:
        """New workers, after one of the old has died."""
        self.close()
        self._executor, self.workers = self._opener()

    def close(self) -> None:
        """No more runs; those that nobody has begun are given up."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Here(Executor):
    """Runs are made by the process itself, one after the other, when they are asked for."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def open_pool(name: str = PROCESSES, workers: int | None = None) -> Iterator[Pool]:
    """A pool by the name that `--executor` takes, closed at the end.

    `processes` (as many as there are processors, or `workers`), `here`, `mpi` under
    `mpiexec -n K python -m mpi4py.futures -m hpcsim ...`, or `dask://host:port`. InputError where
    there is no such executor or it cannot be reached.
    """
    if workers is not None and workers < 1:
        raise InputError(Problem("there is at least one worker", value=str(workers)))
    pool = Pool(_opener(name, workers))
    try:
        yield pool
    finally:
        pool.close()


def _opener(name: str, workers: int | None) -> Opener:
    if name == HERE:
        return lambda: (Here(), 1)
    if name == PROCESSES:
        from .processes import opened

        return lambda: opened(workers)
    if name == MPI:
        from .mpi import ranks

        return ranks
    if name.startswith(DASK):
        from .dask import cluster

        return lambda: cluster(name.removeprefix(DASK))
    known = [PROCESSES, HERE, MPI, DASK + "host:port"]
    raise InputError(Problem("there is no such executor", value=name, hint=nearest(name, known)))
