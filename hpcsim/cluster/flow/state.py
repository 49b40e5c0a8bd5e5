"""The state of all flows: tiers, classes of flows, one pool of heaps, where each flow is.

A class holds flows that are alike: of their uncontended time they spend the share f in reading
and writing at c bytes a second and the share g in metadata at m operations a second. All its
flows run at one speed v, so one virtual clock serves them: it counts uncontended seconds. A flow
that starts gets the clock's reading plus its own uncontended time as its key and is never
touched again, whatever the speed does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import config

KNEES = 8  # points of a curve of capacity over the number of flows

WORLD = np.dtype(
    [
        ("next", "f8"),  # when the next flow ends; valid unless `stale`
        ("tier", "i4"),  # the tier in which it does
        ("stale", "i4"),  # tiers whose speeds must be solved before `next` is true
        ("tiers", "i4"),
        ("half", "i4"),  # which half of the pool is in use
        ("end", "i8"),  # the first unused slot of that half
    ],
    align=True,
)

TIER = np.dtype(
    [
        ("bandwidth", "f8"),  # bytes a second of reading
        ("operations", "f8"),  # metadata operations a second
        ("level", "f8"),  # the max-min level of bandwidth, infinite if there is enough
        ("ops_level", "f8"),
        ("slope", "f8"),  # of the use over the level, where it was last solved
        ("drift", "f8"),  # by how much flows that came and went have changed the use since
        ("next", "f8"),
        ("touched", "f8"),  # until when the integrals below are right
        ("use", "f8"),  # bytes a second now
        ("ops_use", "f8"),
        ("carried", "f8"),  # bytes since the beginning, in bytes of reading
        ("ops_done", "f8"),
        ("saturated_s", "f8"),  # time with too little bandwidth or operations for all
        ("flow_s", "f8"),  # the sum over flows of the time they lasted
        ("knee_flows", "f8", (KNEES,)),  # capacity is multiplied by a curve over the flows
        ("knee_factor", "f8", (KNEES,)),
        ("knees", "i4"),
        ("classes", "i4"),  # those with flows
        ("flows", "i4"),
        ("stale", "i1"),
        ("even", "i1"),  # every class runs at full speed
        ("saturated", "i1"),
    ],
    align=True,
)

CLASS = np.dtype(
    [
        ("rate", "f8"),  # f c: bytes an uncontended second
        ("price", "f8"),  # 1 / c, seconds a byte while reading and writing
        ("ops", "f8"),  # g m: operations an uncontended second
        ("ops_price", "f8"),  # 1 / m
        ("fixed", "f8"),  # 1 - f - g: the share that nothing slows
        ("together", "f8"),  # how many flows' worth of progress all flows can make at once
        ("most", "f8"),  # together / count
        ("clock", "f8"),  # the virtual clock at `since`
        ("since", "f8"),
        ("speed", "f8"),
        ("due", "f8"),  # when its first flow ends at this speed
        ("first", "i8"),  # its heap is entries[first + 1 : first + count + 1]
        ("room", "i4"),
        ("count", "i4"),
        ("tier", "i4"),
        ("place", "i4"),  # where it stands among the tier's active classes
        ("streams", "i4"),  # 1: of streams, 0: of jobs; no class has both
    ],
    align=True,
)

ENTRY = np.dtype([("key", "f8"), ("flow", "i8")], align=True)
PLACE = np.dtype([("kind", "i4"), ("slot", "i4")], align=True)  # slot 0: it does not flow


class FlowState(NamedTuple):
    """All that the compiled functions share.

    Flows are numbered by who starts them: from 0 by the compiled caller, from -1 downwards by
    everybody else; `places` is indexed by that number, the latter counting from its end.
    """

    world: np.ndarray
    tiers: np.ndarray
    classes: np.ndarray
    active: np.ndarray  # (tiers, classes): the classes with flows, in no order
    entries: np.ndarray
    places: np.ndarray


def records(dtype: np.dtype, rows: int) -> np.ndarray:
    """`rows` zeroed records; without the compiler, records whose fields are attributes."""
    array = np.zeros(rows, dtype)
    return array.view(np.recarray) if config.DISABLE_JIT else array


def pool_slots(flows: int, classes: int) -> int:
    """Slots of both halves: room for every heap to double, twice over."""
    return 2 * (6 * flows + 40 * classes)


def make_state(tiers: int, classes: int, flows: int, numbered: int) -> FlowState:
    """Room for `classes` classes, `flows` flows at a time, numbers below `numbered`."""
    state = FlowState(
        records(WORLD, 1),
        records(TIER, tiers),
        records(CLASS, classes),
        np.zeros((tiers, classes), np.int32),
        records(ENTRY, pool_slots(flows, classes)),
        records(PLACE, numbered),
    )
    state.world["next"] = np.inf
    state.world["tiers"] = tiers
    for name in ("bandwidth", "operations", "level", "ops_level", "next"):
        state.tiers[name] = np.inf
    state.tiers["even"] = 1
    return state


def enlarged(state: FlowState, classes: int, flows: int, jobs: int, streams: int) -> FlowState:
    """The same flows in a state with more room; nothing may shrink.

    `jobs` numbers count from the front of `places` and `streams` from its end.
    """
    new = make_state(len(state.tiers), classes, flows, jobs + streams)
    new.world[:] = state.world
    new.tiers[:] = state.tiers
    new.classes[: len(state.classes)] = state.classes
    new.active[:, : state.active.shape[1]] = state.active
    half = len(state.entries) // 2
    begin = int(state.world["half"][0]) * half
    new.entries[:half] = state.entries[begin : begin + half]
    new.classes["first"][: len(state.classes)] -= begin
    new.world["half"] = 0
    return new
