"""Vectors rearranged: complex numbers split into parts, rows turned into columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

INT32 = ir.IntType(32)


def _shuffle(order: Callable[[int], list[int]], a: Any) -> Any:
    """Code for lanes picked from two vectors: lane numbers of the second follow the first's."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lanes = ir.Constant(ir.VectorType(INT32, a.lanes), order(a.lanes))
        return builder.shuffle_vector(args[0], args[1], lanes)

    return a(a, a), codegen


@intrinsic
def evens(typingctx: Any, a: Any, b: Any) -> Any:
    """Lanes 0, 2, 4 ... of a and b side by side."""
    return _shuffle(lambda n: list(range(0, 2 * n, 2)), a)


@intrinsic
def odds(typingctx: Any, a: Any, b: Any) -> Any:
    """Lanes 1, 3, 5 ... of a and b side by side."""
    return _shuffle(lambda n: list(range(1, 2 * n, 2)), a)


@intrinsic
def one_back(typingctx: Any, a: Any, b: Any) -> Any:
    """The vector that starts one lane before b: the last lane of a, then all but the last of b."""
    return _shuffle(lambda n: list(range(n - 1, 2 * n - 1)), a)


@intrinsic
def one_on(typingctx: Any, a: Any, b: Any) -> Any:
    """The vector that starts one lane after a: all but the first lane of a, the first of b."""
    return _shuffle(lambda n: list(range(1, n + 1)), a)


@intrinsic
def zip_low(typingctx: Any, a: Any, b: Any) -> Any:
    """The lower halves, alternating: a0 b0 a1 b1 ..."""
    return _shuffle(lambda n: [i // 2 + n * (i % 2) for i in range(n)], a)


@intrinsic
def zip_high(typingctx: Any, a: Any, b: Any) -> Any:
    """The upper halves, alternating: starts at the middle lane of a, then of b."""
    return _shuffle(lambda n: [n // 2 + i // 2 + n * (i % 2) for i in range(n)], a)
