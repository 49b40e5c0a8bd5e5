"""The rules of a machine written into the state: windows, counters, room for the terms of jobs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .events import push_event
from .reasons import LICENSES
from .rules import Rules, Window
from .state import COUNTER, EVENT, TERM, WINDOW, State, records
from .terms import WINDOW_EDGE

SPARE = 4


def with_rules(state: State, rules: Rules) -> State:
    """The state of an empty machine that heeds `rules`."""
    world = state.world
    world["ruled"] = 1
    world["windowed"] = len(rules.windows) > 0
    world["keep_unsatisfiable"] = rules.keep_unsatisfiable
    world["first"] = -1
    world["clear_until"] = np.inf
    windows = _fences(rules.windows, state.where)
    state = state._replace(windows=windows, timers=records(EVENT, SPARE + 2 * len(windows)))
    for time in sorted({t for w in rules.windows for t in (w.start_s, w.end_s)}):
        if time < np.inf:
            push_event(state.timers, time, 0, WINDOW_EDGE)
    state = add_counters(state, rules.counters, rules.counter_reasons)
    return room_for_terms(state, len(state.jobs))


def _fences(windows: Sequence[Window], where: np.ndarray) -> np.ndarray:
    """Window rows fence by fence; `where[0]` is filled with each node's fence."""
    nodes = where.shape[1]
    inside = np.zeros((len(windows), nodes), bool)
    for row, window in zip(inside, windows, strict=True):
        row[window.nodes] = True
    kinds, fence = np.unique(inside.T, axis=0, return_inverse=True)
    found: list[tuple[float, float, int, int]] = []
    heads = []
    for kind in kinds:
        own = sorted(
            (w.start_s, w.end_s, w.reservation)
            for w, chosen in zip(windows, kind, strict=True)
            if chosen
        )
        heads.append(len(found))
        found.append((0.0, 0.0, 0, len(own)))
        found += [(*each, 0) for each in own]
    rows = records(WINDOW, len(found))
    for i, (start, end, reservation, count) in enumerate(found):
        rows["start"][i], rows["end"][i] = start, end
        rows["reservation"][i], rows["count"][i] = reservation, count
    rows["until"] = np.inf
    where[0] = np.array(heads, np.int32)[fence.reshape(-1)]
    return rows


def add_counters(state: State, sizes: Sequence[int], reasons: Sequence[int] = ()) -> State:
    """The same state with more counters behind those that there are."""
    old = len(state.counters)
    counters = records(COUNTER, old + len(sizes))
    counters[:old] = state.counters
    counters["free"][old:] = list(sizes)
    counters["reason"][old:] = list(reasons) or LICENSES
    return state._replace(counters=counters)


def room_for_terms(state: State, jobs: int) -> State:
    """The same state with room for the terms and timers of so many jobs."""
    terms = records(TERM, jobs)
    terms["deadline"] = terms["latest"] = np.inf
    terms[: len(state.terms)] = state.terms
    timers = records(EVENT, jobs + SPARE + 2 * len(state.windows))
    timers[: len(state.timers)] = state.timers
    return state._replace(terms=terms, timers=timers)
