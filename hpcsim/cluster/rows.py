"""The state's arrays: made, filled with jobs and made larger, all on Python's side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .ordered import make_ordered
from .state import EDGE, EVENT, JOB, USER, WORLD, State, records

SPARE = 4  # heaps and lists keep their header and a free slot beside the entries
GIVEN = ("submit", "runtime", "limit", "estimate", "cores", "user")


def make_state(cores: int, capacity: int, users: int, *, by_estimate: bool) -> State:
    """An empty machine of `cores` cores with room for `capacity` jobs of `users` users."""
    events = capacity + SPARE
    running, running_blocks = make_ordered(capacity)
    waiting, waiting_blocks = make_ordered(capacity)
    scan, scan_blocks = make_ordered(capacity if by_estimate else 0)
    state = State(
        world=records(WORLD, 1),
        jobs=records(JOB, capacity),
        edges=records(EDGE, 0),
        users=records(USER, users),
        ends=records(EVENT, events),
        corrections=records(EVENT, events),
        releases=records(EVENT, events),
        running=running,
        running_blocks=running_blocks,
        waiting=waiting,
        waiting_blocks=waiting_blocks,
        scan=scan,
        scan_blocks=scan_blocks,
    )
    world = state.world
    world["cores"] = world["free"] = cores
    world["watch"] = -1
    world["by_estimate"] = by_estimate
    return state


def add_rows(state: State, columns: Mapping[str, np.ndarray]) -> range:
    """Fill the next rows of `jobs` from columns named as in GIVEN; there must be room."""
    first = int(state.world["jobs"][0])
    last = first + len(columns["submit"])
    rows = state.jobs[first:last]
    for name in GIVEN:
        rows[name] = columns[name]
    rows["first_edge"] = -1
    rows["start"] = rows["end"] = np.nan
    state.world["jobs"] = last
    return range(first, last)


def add_edges(
    state: State, parents: np.ndarray, children: np.ndarray, delays: np.ndarray, dependent: int
) -> State:
    """Let each child wait for the end of its parent and `delays` seconds more; the state to use.

    All are arrays of equal length; rows of jobs that have not arrived yet.
    """
    old = len(state.edges)
    edges = records(EDGE, old + len(parents))
    edges[:old] = state.edges
    new = edges[old:]
    new["child"] = children
    new["delay"] = delays
    # Each parent's edges are a list: sorted by parent, every edge but a parent's last points on.
    order = np.argsort(parents, kind="stable")
    at = old + order
    follows = np.full(len(parents), -1, np.int64)
    same = parents[order[1:]] == parents[order[:-1]]
    follows[:-1][same] = at[1:][same]
    head = np.ones(len(parents), bool)
    head[1:] = ~same
    tails = follows < 0
    # A parent that has edges already keeps them behind the new ones.
    follows[tails] = state.jobs["first_edge"][parents[order[tails]]]
    edges["next"][at] = follows
    state.jobs["first_edge"][parents[order[head]]] = at[head]
    np.add.at(state.jobs["blockers"], children, 1)
    state.jobs["dependent"][children] = dependent
    return state._replace(edges=edges)


def enlarge(state: State, capacity: int, users: int) -> State:
    """The same state with room for `capacity` jobs of `users` users."""
    by_estimate = bool(state.world["by_estimate"][0])
    larger = make_state(int(state.world["cores"][0]), capacity, users, by_estimate=by_estimate)
    for name, old in state._asdict().items():
        new = getattr(larger, name)
        if name.endswith("_blocks"):
            # Behind the blocks in use stand the unused stretches, old ones first.
            new[: len(old)] = old
        elif len(new) >= len(old):
            new[: len(old)] = old
        else:
            larger = larger._replace(**{name: old})
    return larger
