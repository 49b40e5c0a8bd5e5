"""A Dask cluster that somebody has started; workers need hpcsim installed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from hpcsim.errors import InputError, Problem

PATIENCE_S = 10


def cluster(address: str) -> tuple[Executor, int]:
    """The workers behind the scheduler at `host:port`; InputError where nobody answers."""
    try:
        from distributed import Client
    except ImportError:
        hint = "pip install 'hpcsim[dask]'"
        raise InputError(Problem("Dask is not installed", "--executor", hint=hint)) from None
    try:
        client = Client(f"tcp://{address}", timeout=PATIENCE_S)
        many = sum(client.nthreads().values())
    except (OSError, ValueError) as error:
        raise InputError(
            Problem(f"no Dask scheduler answers: {error}", "--executor", value=address)
        ) from None
    if many < 1:
        client.close()
        raise InputError(Problem("the Dask cluster has no workers", "--executor", value=address))
    return _OfClient(client), many


class _OfClient(Executor):
    """The client's own executor, which knows no way to close the client with it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call it."""
        return self._executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers stay."""
        self._executor.shutdown(wait=wait and not cancel_futures)  # not waiting, it cancels
        self._client.close()
