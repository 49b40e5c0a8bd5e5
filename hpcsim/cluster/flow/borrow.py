"""Arrays lent to compiled code for one call, without counting references (see `FlowState`).

Counting a reference up and down is an atomic operation an array and call, which in functions of
some tens of instructions is most of their time. Whoever owns the state holds it for as long as
the call runs, so inside it the counts say nothing. What is borrowed must not outlive the call.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any

import numpy as np
from numba import config
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

from .compiled import compiled
from .state import FlowState


def _borrow(typing_context: Any, array: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = arrayobj.make_array(signature.return_type)(context, builder, value=args[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), generate


def _same(array: np.ndarray) -> np.ndarray:
    return array


borrowed: Any = _same if config.DISABLE_JIT else intrinsic(_borrow)  # the same array


@compiled
def borrowed_flows(state):
    """The same state, all its arrays borrowed; for the compiled loops that call `verbs`."""
    return FlowState(
        borrowed(state.world),
        borrowed(state.tiers),
        borrowed(state.classes),
        borrowed(state.active),
        borrowed(state.entries),
        borrowed(state.places),
    )
