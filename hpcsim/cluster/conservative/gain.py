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
    BLOCKS,
    CHUNKS,
    COUNT,
    FREE,
    FREED,
    ID,
    JOBS,
    LATEST,
    LEFT,
    LOW,
    OF_CLASS,
    OPEN,
    ORDER,
    SHIFT,
    START,
    TURN,
    WAITING,
    Plan,
    class_of,
    compiled,
    inlined,
)
from .offers import note
from .profile import tidy


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
    """Free `size` cores in [begin, end), note who may gain from it, and tidy its end."""
    if not begin < end:
        return
    times, steps, first = plan.times, plan.steps, plan.first
    chunks, counts = plan.chunks, plan.counts
    least, most, i, k, j, m = give(
        times, steps, first, chunks, counts, plan.jobs, plan.blocks, now, begin, end, size
    )
    latest = plan.scalars[LATEST]
    if most > 0 and begin < latest:
        # Whom the fewest cores sufficed before gains nothing.
        low, high = class_of(max(least - size, 0) + 1), class_of(most)
        while low <= high and counts[OF_CLASS + low] == 0:
            low += 1
        while low <= high and counts[OF_CLASS + high] == 0:
            high -= 1
        if low <= high:
            counts[FREED] = 1
            begin, end = max(begin, now), min(end, latest)
            _offer(
                times,
                steps,
                first,
                chunks,
                counts,
                plan.offers,
                plan.stairs,
                i,
                k,
                low,
                high,
                now,
                begin,
                end,
                latest,
            )
    tidy(times, steps, first, chunks, counts, j, m)


@compiled
def _offer(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    counts: np.ndarray,
    offers: np.ndarray,
    stairs: np.ndarray,
    i: int,
    k: int,
    low: int,
    high: int,
    now: float,
    begin: float,
    end: float,
    latest: float,
) -> None:
    # One pass over the steps from `begin`, step `k` of chunk `i`, on: a class of `low` to `high` is
    # open as long as its cores are free. After `end` no class opens any more.
    n, turn = counts[CHUNKS], counts[TURN]
    opened = _open_since(times, steps, first, chunks, offers, i, k, low, high, now)
    time = begin
    while True:
        k += 1
        if k == chunks[COUNT, i]:
            i += 1
            k = 0
            while opened > low and first[i] >= end and i + 1 < n:
                if chunks[LOW, i] < 1 << (opened - 1):
                    break
                i += 1
        time = times[chunks[ID, i], k]
        if time >= latest or (time >= end and opened == low):
            break
        free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
        while opened > low and free < 1 << (opened - 1):
            opened -= 1
            since = offers[OPEN, opened]
            note(offers, stairs, turn, opened, since, time - since)
        while time < end and opened <= high and free >= 1 << opened:
            offers[OPEN, opened] = time
            opened += 1
    for number in range(low, opened):
        since = offers[OPEN, number]
        note(offers, stairs, turn, number, since, latest - since)


@inlined
def _open_since(
    times: np.ndarray,
    steps: np.ndarray,
    first: np.ndarray,
    chunks: np.ndarray,
    offers: np.ndarray,
    i: int,
    k: int,
    low: int,
    high: int,
    now: float,
) -> int:
    # The class after the last that is open in step `k` of chunk `i`, `low` if none is; since when
    # they are stands in OPEN.
    free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
    opened = low
    while opened <= high and free >= 1 << opened:
        opened += 1
    left = opened
    time = times[chunks[ID, i], k]
    while left > low and time > now:
        k -= 1
        if k < 0:
            if i == 0:
                break
            i -= 1
            k = chunks[COUNT, i] - 1
            if chunks[LOW, i] >= 1 << (left - 1):
                k = 0
        free = steps[chunks[ID, i], FREE, k] + chunks[SHIFT, i]
        while left > low and free < 1 << (left - 1):
            left -= 1
            offers[OPEN, left] = time
        time = times[chunks[ID, i], k]
    for number in range(low, left):
        offers[OPEN, number] = now
    return opened
