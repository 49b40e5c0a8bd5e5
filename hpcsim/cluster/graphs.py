"""Whole graphs of tasks handed in while the cluster runs: no Python a task, no copy a graph."""

from __future__ import annotations

import numpy as np
from numba import njit

from .events import push_event
from .state import AFTER_ENDS, EDGE, State, records

LEAST_ROOM = 1024


def room_for_edges(state: State, more: int) -> State:
    """The same state with room for so many edges behind those in use."""
    needed = int(state.world["edges"][0]) + more
    if needed <= len(state.edges):
        return state
    edges = records(EDGE, max(needed, 2 * len(state.edges), LEAST_ROOM))
    edges[: len(state.edges)] = state.edges
    return state._replace(edges=edges)


def add_graph(state: State, rows: range, indptr: np.ndarray, children: np.ndarray) -> State:
    """Let rows, fresh ones handed in at one moment, wait for each other; the state to use.

    The tasks that wait for `rows[i]` are `children[indptr[i]:indptr[i + 1]]`, counted from the
    first row. Tasks that wait for nothing arrive at their submit time, whatever was handed in
    with a later one before.
    """
    state = room_for_edges(state, len(children))
    base = int(state.world["edges"][0])
    last = base + len(children)
    edges = state.edges[base:last]
    edges["child"] = rows.start + children
    edges["delay"] = 0.0
    edges["next"] = np.arange(base + 1, last + 1)
    parents = np.flatnonzero(indptr[1:] > indptr[:-1])
    edges["next"][indptr[parents + 1] - 1] = -1
    state.world["edges"] = last
    jobs = state.jobs[rows.start : rows.stop]
    jobs["first_edge"][parents] = base + indptr[parents]
    jobs["blockers"] = np.bincount(children, minlength=len(rows))
    jobs["arrival"] = jobs["submit"]
    jobs["dependent"] = AFTER_ENDS
    roots = rows.start + np.flatnonzero(jobs["blockers"] == 0)
    arrive_later(state.releases, state.jobs["submit"][roots], roots)
    return state


@njit(cache=True)
def arrive_later(releases, times, rows):  # type: ignore[no-untyped-def]
    """Let each row arrive at its time."""
    for i in range(len(rows)):
        push_event(releases, times[i], rows[i], rows[i])
