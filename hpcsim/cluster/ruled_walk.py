"""Through the queue in a world with rules: who starts, who is first, who may pass."""

from __future__ import annotations

import numpy as np
from numba import njit

from .actions import enqueue
from .ordered import remove, remove_at
from .preemption import make_room
from .reasons import REQ_NODE_NOT_AVAIL, change_reason
from .ruled_pass import DOES_NOT_FIT, GOES, begin_pass, consider, settle_head, start


@njit(cache=True, inline="always")
def _walk(state, world, place, entries, blocks, others, other_blocks, head, easy):
    """Go through `entries`; the head that was found, or -1. Without `easy` it stops there.

    A head that is found ends the walk as well where passing is looked for in another order.
    """
    at = 1
    known = head >= 0
    while at <= blocks[0].count:
        i = 0
        while at <= blocks[0].count and i < blocks[at].count:
            row = np.int64(entries[blocks[at].first + i].job)
            verdict = DOES_NOT_FIT if row == head else consider(state, world, place, row, head)
            may_take = verdict == DOES_NOT_FIT and row != head and world.preempting
            if may_take and make_room(state, world, row, head):
                verdict = consider(state, world, place, row, head)
            if verdict == GOES:
                remove_at(entries, blocks, at, i)
                if world.by_estimate:
                    key = state.jobs[row].key if known else state.jobs[row].estimate
                    remove(others, other_blocks, key, row)
                start(state, world, row, head >= 0)
                continue
            if verdict == DOES_NOT_FIT and head < 0:
                if not easy:
                    return row
                if settle_head(state, world, row):
                    head = row
                    if world.by_estimate:
                        return head
                else:
                    change_reason(world, state.asks, state.held, row, REQ_NODE_NOT_AVAIL)
            i += 1
        at += 1
    return head


@njit(cache=True)
def _consider_new(state, world, place, row, easy):
    """Whether the job that has just come starts, if nothing else can."""
    head = world.first
    if head >= 0 and not easy:
        return False
    if head >= 0 and not settle_head(state, world, head):
        return False
    verdict = consider(state, world, place, row, head)
    if verdict == GOES:
        start(state, world, row, head >= 0)
    elif verdict == DOES_NOT_FIT and head < 0:
        world.blocked = 0
    return verdict == GOES


@njit(cache=True)
def ruled_schedule(state, place, new, easy):
    """One pass; `easy` says whether anybody may pass the head."""
    world = state.world[0]
    begin_pass(state, world)
    if new >= 0:
        # Who may take the nodes of running jobs needs a whole pass.
        alone = (
            world.blocked
            and not world.preempting
            and (world.first < 0 or state.jobs[new].key >= state.jobs[world.first].key)
        )
        if alone and _consider_new(state, world, place, new, easy):
            return
        enqueue(world, state.jobs, state.waiting, state.waiting_blocks, state.scan,
                state.scan_blocks, new)  # fmt: skip
        if alone and world.blocked:
            return
    world.first = -1
    head = _walk(state, world, place, state.waiting, state.waiting_blocks, state.scan,
                 state.scan_blocks, -1, easy)  # fmt: skip
    world.first = head
    if easy and head >= 0 and world.by_estimate:
        _walk(state, world, place, state.scan, state.scan_blocks, state.waiting,
              state.waiting_blocks, head, easy)  # fmt: skip
    world.blocked = 1
