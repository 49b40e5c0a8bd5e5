"""What was freed, as an offer to each class of size: for how long, and from when on.

The offers of a class are a few stairs: a later stair is a longer stretch, and begins later. So the
first stair that is as long as a job says when its cores could be free for it at the earliest; if
that is no earlier than its start, the job need not look. There are two sets, which change places
after every walk: what is freed from now on, and what the moves of the last walk freed.
"""

from __future__ import annotations

import numpy as np

from .layout import CLASSES, LONG, SINCE, STAIRS, inlined


@inlined
def note(
    offers: np.ndarray, stairs: np.ndarray, turn: int, number: int, since: float, length: float
) -> None:
    """Class `number` is offered its cores for `length` seconds from `since` on."""
    place = 0
    while stairs[turn, number, place, LONG] < length:
        place += 1
    if stairs[turn, number, place, SINCE] <= since:
        return
    offers[turn, number] = max(offers[turn, number], length)
    # Shorter stairs that begin no earlier are of no use any more.
    first = place
    while first > 0 and stairs[turn, number, first - 1, SINCE] >= since:
        first -= 1
    if first < place:
        _close_up(stairs, turn, number, first, place)
    elif not _make_room(stairs, turn, number, place):
        # Offering too much costs a search, offering too little would be wrong.
        place = min(place, STAIRS - 1)
        stairs[turn, number, place, SINCE] = min(stairs[turn, number, place, SINCE], since)
        stairs[turn, number, place, LONG] = max(stairs[turn, number, place, LONG], length)
        return
    stairs[turn, number, first, SINCE] = since
    stairs[turn, number, first, LONG] = length


@inlined
def _close_up(stairs: np.ndarray, turn: int, number: int, first: int, place: int) -> None:
    # Of the stairs from `first` up to `place`, one is left, to be written over.
    gone = place - first - 1
    if gone == 0:
        return
    for at in range(first + 1, STAIRS):
        after = min(at + gone, STAIRS)
        stairs[turn, number, at, SINCE] = stairs[turn, number, after, SINCE]
        stairs[turn, number, at, LONG] = stairs[turn, number, after, LONG]


@inlined
def _make_room(stairs: np.ndarray, turn: int, number: int, place: int) -> bool:
    if stairs[turn, number, STAIRS - 1, SINCE] < np.inf:
        return False
    for at in range(STAIRS - 1, place, -1):
        stairs[turn, number, at, SINCE] = stairs[turn, number, at - 1, SINCE]
        stairs[turn, number, at, LONG] = stairs[turn, number, at - 1, LONG]
    return True


@inlined
def offered_since(stairs: np.ndarray, number: int, length: float) -> float:
    """Since when class `number` is offered `length` seconds, infinite if it is not."""
    since = np.inf
    for turn in range(2):
        place = 0
        while stairs[turn, number, place, LONG] < length:
            place += 1
        since = min(since, stairs[turn, number, place, SINCE])
    return since


@inlined
def withdraw(offers: np.ndarray, stairs: np.ndarray, turn: int) -> None:
    """There are no offers of this set any more."""
    for number in range(CLASSES):
        if offers[turn, number] >= 0:
            offers[turn, number] = -1
            for place in range(STAIRS):
                stairs[turn, number, place, SINCE] = np.inf
                stairs[turn, number, place, LONG] = np.inf
