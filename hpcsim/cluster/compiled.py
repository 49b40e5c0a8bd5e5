"""The types at the seams of the compiled core, spelled out once.

Explicit signatures make every part compile once, be cached between processes, and be handed to
`advance` as a plain function pointer, so a new order or backfill compiles only itself.
"""

from __future__ import annotations

import numpy as np
from numba import from_dtype, typeof, types

from .ordered import make_ordered
from .reasons import SLOTS
from .state import (
    ASK,
    ASSOC,
    CARD,
    COUNTER,
    DRAW,
    EDGE,
    EVENT,
    FEED,
    HELD_BY,
    JOB,
    KIND,
    LIFE,
    LINK,
    METER,
    NODE,
    ROUTE,
    SHARE,
    SLEEP,
    STOP,
    TERM,
    USER,
    WEIGHTS,
    WINDOW,
    WORLD,
    State,
    records,
)

JOB_RECORD = from_dtype(JOB)


def _empty_state() -> State:
    return State(
        records(WORLD, 1),
        records(JOB, 1),
        records(EDGE, 1),
        records(USER, 1),
        records(EVENT, 1),
        records(EVENT, 1),
        records(EVENT, 1),
        *make_ordered(1),
        *make_ordered(1),
        *make_ordered(1),
        records(NODE, 1),
        np.zeros(1, np.int32),
        records(SHARE, 1),
        np.zeros(1, np.int32),
        np.zeros(1, np.int32),
        records(ASK, 1),
        records(HELD_BY, 1, SLOTS),
        records(KIND, 1),
        records(ASSOC, 1),
        records(WEIGHTS, 1),
        np.zeros(1, np.int32),
        records(METER, 1),
        records(ROUTE, 1),
        np.zeros((1, 1), np.int8),
        records(TERM, 1),
        records(LINK, 1),
        records(COUNTER, 1),
        records(WINDOW, 1),
        np.zeros((1, 1), np.int32),
        records(EVENT, 1),
        records(LIFE, 1),
        records(FEED, 1),
        records(DRAW, 1),
        np.zeros((1, 1)),
        records(CARD, 1),
        records(SLEEP, 1),
        records(STOP, 1),
    )


STATE = typeof(_empty_state())
ORDER_SIGNATURE = types.float64(JOB_RECORD, types.float64)
PLACE_SIGNATURE = types.boolean(STATE, types.int64, types.int64)
PLACE = types.FunctionType(PLACE_SIGNATURE)
PASS_SIGNATURE = types.void(STATE, PLACE, types.int64)
ORDER = types.FunctionType(ORDER_SIGNATURE)
PASS = types.FunctionType(PASS_SIGNATURE)
STATE_ARGUMENT_NODE = types.void(STATE, types.int64, types.int64)
