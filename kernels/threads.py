"""Threads over ranges: compiled and native code both let go of the interpreter while they run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any


def ranges(n: int, parts: int, multiple: int = 1) -> list[tuple[int, int]]:
    """0..n cut into at most `parts` ranges of nearly equal length, cut at multiples."""
    blocks = -(-n // multiple)
    parts = max(1, min(parts, blocks))
    cuts = [min(n, blocks * part // parts * multiple) for part in range(parts + 1)]
    return list(itertools.pairwise(cuts))


def over(
    function: Callable[..., Any], n: int, threads: int, *args: Any, multiple: int = 1
) -> list[Any]:
    """`function(*args, first, last)` on every range of 0..n, each in its own thread."""
    if threads <= 1:
        return [function(*args, 0, n)]
    parts = ranges(n, threads, multiple)
    pending = [_pool(threads).submit(function, *args, *part) for part in parts]
    return [future.result() for future in pending]


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads are kept: starting one costs as much as a small kernel."""
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")
