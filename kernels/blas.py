"""Calls into the BLAS that numpy brings, with a given number of threads."""

from __future__ import annotations

from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController

from .arrays import Array


@cache
def _controller() -> ThreadpoolController:
    """Found once: looking through the loaded libraries takes milliseconds."""
    return ThreadpoolController()


def limited(threads: int) -> Any:
    """A context in which the BLAS uses `threads` threads."""
    return _controller().limit(limits=threads, user_api="blas")


def blas_name() -> str:
    """The BLAS and the core type that it chose code for."""
    info = [lib for lib in _controller().info() if lib["user_api"] == "blas"]
    if not info:
        return "BLAS"
    return f"{info[0]['internal_api']} {info[0].get('architecture', '')}".strip()


def multiply_blas(a: Array, b: Array, c: Array, threads: int) -> None:
    """C = A B."""
    with limited(threads):
        a.dot(b, out=c)
