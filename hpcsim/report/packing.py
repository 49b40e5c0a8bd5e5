"""Which cores a job lies on in a picture, where the run itself does not say."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]


def pack(jobs: Iterable[tuple[float, float, int]], cores: int) -> list[list[Stretch]]:
    """Lay jobs, given as (start, end, cores) by ascending start, on cores 0 to `cores` - 1.

    Returns a list of half-open stretches of cores a job. A job takes the lowest free stretch that
    holds it whole, and where there is none the lowest free cores. If more is asked than there is
    (a log may be wrong) the job gets what is left.
    """
    free: list[Stretch] = [(0, cores)]
    running: list[tuple[float, int]] = []
    places: list[list[Stretch]] = []
    for index, (start, end, wanted) in enumerate(jobs):
        while running and running[0][0] <= start:
            _give_back(free, places[heapq.heappop(running)[1]])
        places.append(_take(free, wanted))
        heapq.heappush(running, (end, index))
    return places


def _take(free: list[Stretch], wanted: int) -> list[Stretch]:
    for at, (low, high) in enumerate(free):
        if high - low >= wanted:
            free[at : at + 1] = [(low + wanted, high)] if high - low > wanted else []
            return [(low, low + wanted)]
    taken: list[Stretch] = []
    while free and wanted > 0:
        low, high = free.pop(0)
        part = min(wanted, high - low)
        taken.append((low, low + part))
        wanted -= part
        if low + part < high:
            free.insert(0, (low + part, high))
    return taken


def _give_back(free: list[Stretch], stretches: Sequence[Stretch]) -> None:
    """Each stretch finds its neighbours among the free ones, which never touch each other."""
    for low, high in stretches:
        at = bisect_left(free, (low, high))
        if at < len(free) and free[at][0] == high:
            high = free.pop(at)[1]
        if at > 0 and free[at - 1][1] == low:
            free[at - 1] = (free[at - 1][0], high)
        else:
            free.insert(at, (low, high))
