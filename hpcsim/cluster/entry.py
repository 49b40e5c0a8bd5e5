"""The way from Python into the event loop, for callers that go it tens of thousands of times.

Handing compiled functions over as arguments costs numba some 60 µs each, at every call: it
unpickles their signature to look up their address. Here the addresses are looked up once, and
made functions again inside the compiled code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiled import ORDER, PASS, PLACE, STATE
from .loop import advance
from .state import State

KINDS = (ORDER, PASS, PLACE)
Enter = Callable[[State, float], float]


def _function_at(kind: types.FunctionType) -> Callable[..., Any]:
    """An intrinsic that makes a function of `kind` of its two addresses."""

    def typed(typing_context: Any, wrapper: Any, compiled: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            function = cgutils.create_struct_proxy(kind)(context, builder)
            pointer = context.get_value_type(types.voidptr)
            function.c_addr = builder.inttoptr(args[0], pointer)
            function.jit_addr = builder.inttoptr(args[1], pointer)
            return function._getvalue()

        return kind(types.int64, types.int64), generate

    made: Callable[..., Any] = intrinsic(typed)
    return made


order_at, pass_at, place_at = (_function_at(kind) for kind in KINDS)


@njit(types.float64(STATE, types.int64[::1], types.float64), cache=True)
def _advance_at(state, at, until):  # type: ignore[no-untyped-def]
    return advance(
        state,
        order_at(at[0], at[1]),
        pass_at(at[2], at[3]),
        place_at(at[4], at[5]),
        until,
    )


def addresses(functions: tuple[Any, ...]) -> np.ndarray:
    """The wrapper's and the function's own address of each compiled function."""
    made = [f.get_compile_result(k.signature) for f, k in zip(functions, KINDS, strict=True)]
    return np.array(
        [
            each.library.get_pointer_to_function(name)
            for each in made
            for name in (each.fndesc.llvm_cfunc_wrapper_name, each.fndesc.llvm_func_name)
        ],
        np.int64,
    )


def entry(order: Any, schedule: Any, place: Any) -> Enter:
    """`advance(state, until)` for an order, a pass and a placement.

    The three must be kept alive for as long as it is called; plug-ins are, by their modules.
    """
    if config.DISABLE_JIT:
        return lambda state, until: float(advance(state, order, schedule, place, until))
    at = addresses((order, schedule, place))
    return lambda state, until: float(_advance_at(state, at, until))
