"""The event loop where jobs share storage, and the way into it from Python.

Imported only by clusters that have such jobs: others never wait for it to be compiled.
"""

from __future__ import annotations

from typing import Any

from numba import config, njit, typeof, types

from .compiled import ORDER, PASS, PLACE, STATE
from .entry import Enter, addresses, order_at, pass_at, place_at
from .flow.borrow import borrowed_flows
from .flow.flows import Flows
from .flow.state import make_state
from .loop import run

FLOWS = typeof(make_state(1, 1, 1, 1))


@njit(types.float64(STATE, FLOWS, ORDER, PASS, PLACE, types.float64), cache=True)
def advance_sharing(state, flows, key, schedule, place, until):  # type: ignore[no-untyped-def]
    """As `loop.advance`; a stream's end stops it as a watched job's does."""
    return run(state, borrowed_flows(flows), key, schedule, place, until)


@njit(types.float64(STATE, FLOWS, types.int64[::1], types.float64), cache=True)
def _advance_at(state, flows, at, until):  # type: ignore[no-untyped-def]
    return advance_sharing(
        state,
        flows,
        order_at(at[0], at[1]),
        pass_at(at[2], at[3]),
        place_at(at[4], at[5]),
        until,
    )


def entry_sharing(flows: Flows, order: Any, schedule: Any, place: Any) -> Enter:
    """As `entry.entry`, where jobs share the storage of `flows`."""
    if config.DISABLE_JIT:
        return lambda state, until: float(
            advance_sharing(state, flows.state, order, schedule, place, until)
        )
    at = addresses((order, schedule, place))
    # The flows' state is another one after it has grown.
    return lambda state, until: float(_advance_at(state, flows.state, at, until))
