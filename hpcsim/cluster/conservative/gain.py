"""Who may gain from freed cores: those that could slide forward, and those that could jump.

A waiting job sits where the step just before its start had too few cores for it. When cores are
freed in [begin, end), it can start earlier only if that step was freed, so that it starts in
(begin, end] (a slide), or if its cores are now free for its whole length around some moment of
[begin, end) (a jump). Who can slide is marked. For the jumps it is worked out, by class of size,
for how long cores stay free around what was freed: in a tightly packed plan that is too short for
nearly everybody, and the walk passes by whole blocks of the queue.
"""

from __future__ import annotations

import numpy as np

from .change import give
from .layout import (
    BEGIN,
    BLOCKS,
    CHUNKS,
    CLASSES,
    COUNT,
    FEW,
    FREE,
    FREED,
    ID,
    JOBS,
    LATEST,
    LEFT,
    LOW,
    OFFER,
    OPEN,
    ORDER,
    SHIFT,
    SINCE,
    START,
    UNTIL,
    WAITING,
    Plan,
    class_of,
    compiled,
    inlined,
)
from .profile import seek, within


@compiled
def leave(plan: Plan) -> None:
    """A job waits no more: work LATEST out afresh when half as many have left as wait."""
    counts = plan.counts
    counts[LEFT] += 2
    if counts[LEFT] <= counts[WAITING]:
        return
    counts[LEFT] = 0
    latest = -np.inf
    for i in range(counts[BLOCKS]):
        block = plan.blocks[ORDER, i]
        for at in range(plan.blocks[JOBS, block]):
            latest = max(latest, plan.spans[plan.queue[block, at], START])
    plan.scalars[LATEST] = latest


@inlined
def release(plan: Plan, now: float, begin: float, end: float, size: int) -> None:
    """Free `size` cores in [begin, end), and note who may gain from it."""
    most = give(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.counts,
        plan.jobs,
        plan.blocks,
        now,
        begin,
        end,
        size,
    )
    latest = plan.scalars[LATEST]
    if most <= 0 or begin >= latest:
        return
    plan.counts[FREED] = max(plan.counts[FREED], most)
    if plan.counts[WAITING] <= FEW:
        for number in range(class_of(most) + 1):
            _note(plan.offers, number, np.inf, now, end, begin)
        return
    begin, end = max(begin, now), min(end, latest)
    _offer(
        plan.times,
        plan.steps,
        plan.first,
        plan.chunks,
        plan.counts[CHUNKS],
        plan.offers,
        now,
        begin,
        end,
        latest,
    )


@inlined
def _note(
    offers: np.ndarray, number: int, offer: float, since: float, until: float, begin: float
) -> None:
    offers[OFFER, number] = max(offers[OFFER, number], offer)
    offers[SINCE, number] = min(offers[SINCE, number], since)
    offers[UNTIL, number] = max(offers[UNTIL, number], until)
    offers[BEGIN, number] = min(offers[BEGIN, number], begin)


@compiled
def _offer(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    n: int,
    offers: np.ndarray,
    now: float,
    begin: float,
    end: float,
    latest: float,
) -> None:
    # One pass over the steps from `begin` on: a class is open as long as its cores are free. After
    # `end` no class opens any more.
    i = seek(first, n, begin)
    k = within(times, chunks[ID, i], chunks[COUNT, i], begin)
    opened = _open_since(times, steps, first, chunks, offers, i, k, now, begin)
    time = begin
    while True:
        k += 1
        if k == chunks[COUNT, i]:
            i += 1
            k = 0
            while opened > 0 and first[i] >= end and i + 1 < n:
                if chunks[LOW, i] < 1 << (opened - 1):
                    break
                i += 1
        time = times[chunks[ID, i], k]
        if time >= latest or (time >= end and opened == 0):
            break
        free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
        while opened > 0 and free < 1 << (opened - 1):
            opened -= 1
            since = offers[OPEN, opened]
            _note(offers, opened, time - since, since, min(time, end), begin)
        while time < end and opened < CLASSES and free >= 1 << opened:
            offers[OPEN, opened] = time
            opened += 1
    for number in range(opened):
        since = offers[OPEN, number]
        _note(offers, number, latest - since, since, end, begin)


@inlined
def _open_since(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    offers: np.ndarray,
    i: int,
    k: int,
    now: float,
    begin: float,
) -> int:
    # How many classes are open at `begin`, in step `k` of chunk `i`; since when stands in OPEN.
    free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
    opened = class_of(free) + 1 if free > 0 else 0
    left = opened
    time = times[chunks[ID, i], k]
    while left > 0 and time > now:
        k -= 1
        if k < 0:
            if i == 0:
                break
            i -= 1
            k = chunks[COUNT, i] - 1
            if chunks[LOW, i] >= 1 << (left - 1):
                k = 0
        free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
        while left > 0 and free < 1 << (left - 1):
            left -= 1
            offers[OPEN, left] = time
        time = times[chunks[ID, i], k]
    for number in range(left):
        offers[OPEN, number] = now
    return opened
