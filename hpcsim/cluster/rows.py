"""The state's arrays: made, filled with jobs and made larger, all on Python's side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .graphs import room_for_edges
from .machine import Machine, Shapes
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

SPARE = 4  # heaps and lists keep their header and a free slot beside the entries
ROWS_AT_ONCE = 4096
TIMES = ("submit", "runtime", "limit", "estimate", "user")


def make_state(machine: Machine, capacity: int, users: int, *, by_estimate: bool) -> State:
    """An empty machine with room for `capacity` jobs of `users` users."""
    cores = machine.total_cores
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
        nodes=_node_rows(machine),
        free=machine.cores.astype(np.int32),
        shares=_share_rows(cores if machine.by_node else 0),
        levels=_levels(machine),
        chosen=np.zeros(2 * len(machine.cores), np.int32),
        asks=records(ASK, capacity),
        held=records(HELD_BY, capacity, SLOTS),
        kinds=records(KIND, 1),
        assocs=records(ASSOC, 1),
        weights=records(WEIGHTS, 1),
        metered=np.zeros(1, np.int32),
        meters=records(METER, 1),
        routes=records(ROUTE, 1),
        preempts=np.zeros((1, 1), np.int8),
        terms=records(TERM, 0),
        links=records(LINK, 0),
        counters=records(COUNTER, 0),
        windows=records(WINDOW, 0),
        where=_where_rows(machine),
        timers=records(EVENT, SPARE),
        lives=records(LIFE, 0),
        feeds=records(FEED, 0),
        draws=records(DRAW, 0),
        core_watts=np.zeros((0, 0)),
        cards=records(CARD, 0),
        sleeps=records(SLEEP, 0),
        stops=records(STOP, 0),
    )
    world = state.world
    world["cores"] = world["free"] = cores
    world["watch"] = world["head"] = world["scanned_head"] = world["noted_head"] = -1
    world["head_number"] = 1
    world["by_node"] = machine.by_node
    world["nodes"] = len(machine.cores)
    world["last_started"] = -1
    world["next_compute"] = np.inf
    world["lanes"] = machine.lanes
    world["by_estimate"] = by_estimate
    return state


def _node_rows(machine: Machine) -> np.ndarray:
    nodes = records(NODE, len(machine.cores))
    nodes["cores"] = machine.cores
    nodes["memory"] = nodes["free_memory"] = machine.memory_mib
    nodes["gres"] = nodes["free_gres"] = machine.gres
    nodes["mask"] = machine.mask
    nodes["first_share"] = -1
    nodes["shadow"] = np.nan
    nodes["crest"] = machine.cores.max(initial=0)
    return nodes


def _where_rows(machine: Machine) -> np.ndarray:
    """A row of fences, all of them the same, and the switches of each level."""
    where = np.zeros((1 + len(machine.switches), len(machine.cores)), np.int32)
    if len(machine.switches):
        where[1:] = machine.switches
    return where


def _share_rows(cores: int) -> np.ndarray:
    """Room for a share a core; the unused rows are a list."""
    shares = records(SHARE, cores + 2)
    shares["next_in_job"] = np.arange(1, cores + 3)
    shares[0]["job"] = 1
    return shares


def _levels(machine: Machine) -> np.ndarray:
    """How many nodes have at least so many free cores."""
    most = int(machine.cores.max(initial=0))
    return (machine.cores[:, None] >= np.arange(most + 1)).sum(axis=0).astype(np.int32)


def add_rows(state: State, columns: Mapping[str, np.ndarray], shapes: Shapes) -> range:
    """Fill the next rows of `jobs` from columns named as in TIMES; there must be room."""
    first = int(state.world["jobs"][0])
    last = first + len(columns["submit"])
    # A stretch at a time: a row is wide, and stays in the cache while its fields are written.
    for begin in range(first, last, ROWS_AT_ONCE):
        end = min(begin + ROWS_AT_ONCE, last)
        _fill(state.jobs[begin:end], columns, shapes, slice(begin - first, end - first))
    state.world["jobs"] = last
    return range(first, last)


def _fill(rows: np.ndarray, columns: Mapping[str, np.ndarray], shapes: Shapes, part: slice) -> None:
    for name in TIMES:
        rows[name] = columns[name][part]
    rows["nodes"] = shapes.nodes[part]
    rows["node_cores"] = shapes.cores[part]
    rows["node_memory"] = shapes.memory_mib[part]
    rows["node_gres"] = shapes.gres[part]
    rows["mask"] = shapes.mask[part]
    rows["exclusive"] = shapes.exclusive[part]
    rows["cores"] = shapes.nodes[part] * shapes.cores[part]
    rows["first_edge"] = -1
    rows["start"] = rows["end"] = np.nan


def add_edges(
    state: State, parents: np.ndarray, children: np.ndarray, delays: np.ndarray, dependent: int
) -> State:
    """Let each child wait for the end of its parent and `delays` seconds more; the state to use.

    All are arrays of equal length; rows of jobs that have not arrived yet.
    """
    state = room_for_edges(state, len(parents))
    old = int(state.world["edges"][0])
    edges = state.edges
    new = edges[old : old + len(parents)]
    state.world["edges"] = old + len(parents)
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
    return state


def enlarge(state: State, capacity: int, users: int) -> State:
    """The same state with room for `capacity` jobs of `users` users."""
    by_estimate = bool(state.world["by_estimate"][0])
    larger = make_state(Machine(), capacity, users, by_estimate=by_estimate)
    for name, old in state._asdict().items():
        new = getattr(larger, name)
        if name.endswith("_blocks"):
            # Behind the blocks in use stand the unused stretches, old ones first.
            new[: len(old)] = old
        elif new.size >= old.size:
            new[: len(old)] = old
        else:
            larger = larger._replace(**{name: old})
    return larger
