"""Arrays lent to compiled code for the length of one call, without counting references.

Handing an array to a compiled function counts a reference up and down, each an atomic operation;
in leaf functions of some tens of instructions that is the greater part of their time (a factor of
1.4 to 5 was measured). The caller of the event loop holds every array for as long as the loop
runs, so inside it the counts say nothing. A borrowed array is the same array whose owner is
unknown; it must not outlive the call.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import config, njit
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

from .state import State


@intrinsic
def _borrowed(typing_context: Any, array: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = arrayobj.make_array(signature.return_type)(context, builder, value=args[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), generate


@njit(cache=True, inline="always")
def borrowed_state(state: State) -> State:
    """The same state, all its arrays borrowed."""
    return State(
        _borrowed(state.world),
        _borrowed(state.jobs),
        _borrowed(state.edges),
        _borrowed(state.users),
        _borrowed(state.ends),
        _borrowed(state.corrections),
        _borrowed(state.releases),
        _borrowed(state.running),
        _borrowed(state.running_blocks),
        _borrowed(state.waiting),
        _borrowed(state.waiting_blocks),
        _borrowed(state.scan),
        _borrowed(state.scan_blocks),
        _borrowed(state.nodes),
        _borrowed(state.free),
        _borrowed(state.shares),
        _borrowed(state.levels),
        _borrowed(state.chosen),
        _borrowed(state.asks),
        _borrowed(state.held),
        _borrowed(state.kinds),
        _borrowed(state.assocs),
        _borrowed(state.weights),
        _borrowed(state.metered),
        _borrowed(state.meters),
        _borrowed(state.routes),
        _borrowed(state.preempts),
        _borrowed(state.terms),
        _borrowed(state.links),
        _borrowed(state.counters),
        _borrowed(state.windows),
        _borrowed(state.where),
        _borrowed(state.timers),
        _borrowed(state.lives),
        _borrowed(state.feeds),
        _borrowed(state.draws),
        _borrowed(state.core_watts),
        _borrowed(state.cards),
        _borrowed(state.sleeps),
        _borrowed(state.stops),
    )


if config.DISABLE_JIT:

    def _borrowed(array: np.ndarray) -> np.ndarray:
        return array
