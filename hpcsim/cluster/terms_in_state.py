"""The terms of jobs written into the state: claims, shapes, ties, deadlines, holds."""

from __future__ import annotations

import numpy as np

from hpcsim.errors import InputError, Problem

from .events import push_event
from .graphs import arrive_later
from .rules import Claims, Ints, Moulds, Terms, Ties
from .state import AFTER_ENDS, LINK, UNSEEN, State, records

LEAST_ROOM = 256


def _room_for_links(state: State, more: int) -> tuple[State, int]:
    """The same state with room for so many links, and the first row that is free."""
    first = max(int(state.links["amount"][0]), 1) if len(state.links) else 1
    if first + more > len(state.links):
        links = records(LINK, max(first + more, 2 * len(state.links), LEAST_ROOM))
        links[: len(state.links)] = state.links
        state = state._replace(links=links)
    state.links["amount"][0] = first + more
    return state, first


def _chained(owner: Ints, first: int, after: np.ndarray) -> tuple[Ints, Ints, Ints]:
    """Rows from `first` on as lists by owner, in order, each followed by what is `after` it.

    Returns the next row of each, and the owners with the head of their list.
    """
    order = np.argsort(owner, kind="stable")
    rows = first + order
    following = np.zeros(len(owner), np.int64)
    same = owner[order[1:]] == owner[order[:-1]]
    head = np.concatenate(([True], ~same)) if len(owner) else np.zeros(0, bool)
    last = np.concatenate((~same, [True])) if len(owner) else np.zeros(0, bool)
    following[order[:-1][same]] = rows[1:][same]
    following[order[last]] = after[owner[order[last]]]
    return following, owner[order[head]], rows[head]


def add_terms(state: State, rows: range, terms: Terms, *, clairvoyant: bool) -> State:
    """Write the terms of the jobs in `rows`, handed in just now; the state to use.

    Raises InputError where a scan in the order of estimates meets jobs whose estimate changes.
    """
    if terms.moulds is not None and state.world["by_estimate"][0]:
        raise InputError(
            Problem(
                "a moldable job has no estimate before it has a shape, so none can be shortest",
                hint="choose a policy that does not look for the shortest estimate, such as easy",
            )
        )
    jobs = state.jobs[rows.start : rows.stop]
    own = state.terms[rows.start : rows.stop]
    if terms.reservation is not None:
        own["reservation"] = terms.reservation
    if terms.claims is not None:
        state = _add_claims(state, rows, terms.claims)
    if terms.moulds is not None:
        state = _add_moulds(state, rows, terms.moulds, clairvoyant)
    # Who waits for a time only is let loose here; who waits for more, when that is over.
    waits = np.zeros(len(rows), bool)
    jobs["arrival"] = jobs["submit"]
    if terms.begin_s is not None:
        waits |= terms.begin_s > jobs["submit"]
        jobs["arrival"] = np.fmax(terms.begin_s, jobs["submit"])
    if terms.held is not None:
        own["held"] = terms.held
        jobs["blockers"] += terms.held
        waits |= terms.held
    if terms.ties is not None:
        state = _add_ties(state, rows, terms.ties)
        waits[terms.ties.child] = True
    jobs["dependent"][waits] = AFTER_ENDS
    free = np.flatnonzero(waits & (jobs["blockers"] == 0))
    arrive_later(state.releases, jobs["arrival"][free], rows.start + free)
    if terms.deadline_s is not None:
        _add_deadlines(state, rows, terms)
    return state


def _add_claims(state: State, rows: range, claims: Claims) -> State:
    state, first = _room_for_links(state, len(claims.job))
    new = state.links[first : first + len(claims.job)]
    new["to"], new["amount"] = claims.counter, claims.amount
    heads = state.terms["first_claim"][rows.start : rows.stop]
    new["next"], owners, head = _chained(claims.job, first, heads)
    heads[owners] = head
    return state


def _add_moulds(state: State, rows: range, moulds: Moulds, clairvoyant: bool) -> State:
    state, first = _room_for_links(state, len(moulds.job))
    new = state.links[first : first + len(moulds.job)]
    new["to"], new["amount"] = moulds.nodes, moulds.cores
    new["memory"], new["gres"] = moulds.memory_mib, moulds.gres
    new["runtime"], new["limit"] = moulds.runtime_s, moulds.limit_s
    new["estimate"] = (
        np.minimum(moulds.runtime_s, moulds.limit_s) if clairvoyant else moulds.limit_s
    )
    heads = state.terms["first_shape"][rows.start : rows.stop]
    new["next"], owners, head = _chained(moulds.job, first, heads)
    heads[owners] = head
    return state


def _add_deadlines(state: State, rows: range, terms: Terms) -> None:
    """Deadlines, and a timer at the last moment at which each such job could start."""
    assert terms.deadline_s is not None
    jobs = state.jobs[rows.start : rows.stop]
    deadline = np.where(np.isnan(terms.deadline_s), np.inf, terms.deadline_s)
    state.terms["deadline"][rows.start : rows.stop] = deadline
    shortest = jobs["limit"].copy()
    if terms.moulds is not None:
        np.minimum.at(shortest, terms.moulds.job, terms.moulds.limit_s)
    latest = deadline - shortest
    state.terms["latest"][rows.start : rows.stop] = latest
    for i in np.flatnonzero((latest < np.inf) & (latest >= jobs["submit"])).tolist():
        push_event(state.timers, float(latest[i]), rows.start + i, rows.start + i)


def _add_ties(state: State, rows: range, ties: Ties) -> State:
    state, first = _room_for_links(state, len(ties.parent))
    new = state.links[first : first + len(ties.parent)]
    new["to"], new["kind"] = rows.start + ties.child, ties.kind
    new["runtime"] = ties.delay_s
    own = state.terms[rows.start : rows.stop]
    new["next"], owners, head = _chained(ties.parent, first, own["first_tie"])
    own["first_tie"][owners] = head
    blockers = state.jobs["blockers"][rows.start : rows.stop]
    one = ties.one_is_enough
    np.add.at(blockers, ties.child[~one], 1)
    any_of = np.unique(ties.child[one])
    blockers[any_of] += 1
    own["any_is_enough"][any_of] = 1
    np.add.at(own["hopes"], ties.child[one], 1)
    return state


def let_go(state: State, row: int, now_s: float) -> None:
    """Release a job that its user has held back; nothing if it was not held."""
    if not state.terms["held"][row]:
        return
    state.terms["held"][row] = 0
    jobs = state.jobs
    jobs["blockers"][row] -= 1
    jobs["arrival"][row] = max(float(jobs["arrival"][row]), now_s)
    if jobs["blockers"][row] == 0 and jobs["state"][row] == UNSEEN:
        push_event(state.releases, float(jobs["arrival"][row]), row, row)
