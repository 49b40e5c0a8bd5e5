"""Reservations and maintenance: when the nodes of a fence may run a job, to the second.

A job's limit decides, not what the scheduler believes of its run time: nothing that could still
run when a window begins is started.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .state import OUT_OF_REACH


@njit(cache=True)
def may_run(windows, fence, reservation, at, length):
    """Whether a job of `reservation` (0: none) may run on the fence's nodes from `at` on."""
    inside = reservation == 0
    finish = at + length
    header = windows[fence]
    for i in range(fence + 1 + header.past, fence + 1 + header.count):
        window = windows[i]
        if window.start > finish:
            break
        own = reservation > 0 and window.reservation == reservation
        if own and window.start <= at and finish <= window.end:
            inside = True
        elif window.start < finish and window.end > at:
            return False
    return inside


@njit(cache=True)
def look_ahead(world, windows):
    """Settle until when jobs without a reservation may run, on each fence and on all of them."""
    now = world.now
    least = np.inf
    fence = 0
    while fence < len(windows):
        header = windows[fence]
        header.until = np.inf
        while header.past < header.count and windows[fence + 1 + header.past].end < now:
            header.past += 1
        for i in range(fence + 1 + header.past, fence + 1 + header.count):
            if windows[i].end > now:
                header.until = min(header.until, windows[i].start)
        least = min(least, header.until)
        fence += header.count + 1
    world.clear_until = least


@njit(cache=True, inline="always")
def all_open(world, term, limit):
    """Whether no window is in the way of a job that starts now, whatever its nodes."""
    return term.reservation == 0 and world.now + limit <= world.clear_until


@njit(cache=True)
def admitting(windows, reservation, at, limit):
    """For each header row whether its nodes admit a job of `reservation` from `at` on."""
    found = np.zeros(len(windows), np.bool_)
    fence = 0
    while fence < len(windows):
        found[fence] = may_run(windows, fence, reservation, at, limit)
        fence += windows[fence].count + 1
    return found


@njit(cache=True)
def close_nodes(world, windows, where, free, term, limit):
    """Put nodes on which the job may not start now out of reach; what `open_nodes` is told."""
    admits = admitting(windows, term.reservation, world.now, limit)
    for n in range(len(free)):
        if not admits[where[0, n]]:
            free[n] -= OUT_OF_REACH
    return admits


@njit(cache=True)
def open_nodes(where, free, admits):
    """Undo `close_nodes`; nothing may have changed in between."""
    for n in range(len(free)):
        if not admits[where[0, n]]:
            free[n] += OUT_OF_REACH


@njit(cache=True)
def _turning_points(world, windows, term, limit):
    """Times from now on, ascending, at which the set of fences that admit the job can change."""
    points = np.empty(2 * len(windows) + 1, np.float64)
    points[0] = world.now
    count = 1
    fence = 0
    while fence < len(windows):
        header = windows[fence]
        for i in range(fence + 1 + header.past, fence + 1 + header.count):
            window = windows[i]
            own = term.reservation > 0 and window.reservation == term.reservation
            first = window.start if own else window.start - limit
            last = window.end - limit if own else window.end
            for point in (first, last):
                if point > world.now and point < np.inf:
                    points[count] = point
                    count += 1
        fence += windows[fence].count + 1
    found = points[:count]
    found.sort()
    return found


@njit(cache=True)
def _fit_by(windows, where, term, limit, times, wanted, at, low, high):
    """The earliest time from `low` on, before `high`, at which `wanted` nodes fit; inf for none.

    A node counts from its time in `times` on, if its fence admits the job at `at`.
    """
    open_times = np.empty(len(times), np.float64)
    admits = admitting(windows, term.reservation, at, limit)
    count = 0
    for n in range(len(times)):
        in_time = times[n] < high or times[n] <= low
        if in_time and admits[where[0, n]]:
            open_times[count] = max(times[n], low)
            count += 1
    if count < wanted:
        return np.inf
    found = np.partition(open_times[:count], wanted - 1)[wanted - 1]
    return found if found == low or found < high else np.inf


@njit(cache=True)
def earliest(world, windows, where, term, limit, times, wanted):
    """When `wanted` nodes fit the job together, the n-th of them from `times[n]` on; inf never.

    Between two turning points the nodes that may be used stay the same, and at one there may be
    more of them than on either side, for a job may end the moment a window begins.
    """
    points = _turning_points(world, windows, term, limit)
    for i in range(len(points)):
        point = points[i]
        if i > 0 and point == points[i - 1]:
            continue
        after = i + 1
        while after < len(points) and points[after] == point:
            after += 1
        following = points[after] if after < len(points) else np.inf
        at_once = _fit_by(windows, where, term, limit, times, wanted, point, point, point)
        if at_once < np.inf:
            return at_once
        between = point + 1.0 if following == np.inf else (point + following) / 2.0
        found = _fit_by(windows, where, term, limit, times, wanted, between, point, following)
        if point < found < np.inf:
            return found
    return np.inf
