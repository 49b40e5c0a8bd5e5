"""Run times and arrivals drawn from what had happened by a moment, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from hpcsim.units import DAY_S

MOST_ALIKE = 48
"""Jobs that stand for what one job may do."""
_ENDED, _UNENDED = 32, 15
_STEPS = 96
_CLOSE = 12
_TOGETHER = 0.5
_DAYS = 7
_WEEKS_BACK = 8


@njit(cache=True)
def _newest(submit, members, begin, end, now):
    """The place behind the last of a group's jobs that had come by `now`."""
    while begin < end:
        middle = (begin + end) >> 1
        if submit[members[middle]] <= now:
            begin = middle + 1
        else:
            end = middle
    return begin


@njit(cache=True)
def _scaled(log, job, own):
    """How long an ended job ran, by the share of its limit where that was another."""
    value = log.runtime[job]
    if log.limit[job] != own and np.isfinite(own) and np.isfinite(log.limit[job]):
        value *= own / max(log.limit[job], 1.0)
    return min(value, own)


@njit(cache=True)
def _add_unended(values, count, lasted, many, own):
    """Jobs that still run count as one of the longer ones, or beyond all that is known.

    How far beyond is as likely twice as half; steps of the golden ratio spread it.
    """
    known = count
    for i in range(many):
        if count == MOST_ALIKE:
            break
        place = ((i + 1) * 0.6180339887) % 1.0
        above = np.searchsorted(values[:known], lasted[i], side="right")
        if above < known:
            values[count] = values[above + int(place * (known - above))]
        else:
            values[count] = min(lasted[i] / (0.1 + 0.9 * place), own)
        count += 1
    return count


@njit(cache=True)
def alike(log, row, now, elapsed, values):
    """Fill `values` with ascending run times that job `row` may have; how many there are.

    Jobs of the same user, limit and size come first, then of the same user and limit, then of the
    same user, then any of about the same limit and size; only what is known at `now`, and longer
    than the `elapsed` seconds. Other limits count by the share that was used.
    """
    count = 0
    many = 0
    lasted = np.empty(_UNENDED)
    own = log.limit[row]
    for kind in range(4):
        members = log.groups[kind, 0]
        first = log.groups[kind, 1, row]
        at = _newest(log.submit, members, first, log.groups[kind, 2, row], now) - 1
        last_step = at - _STEPS
        taken = 0
        while at >= first and at > last_step and count < _ENDED and taken < _CLOSE:
            job = members[at]
            at -= 1
            if job == row or log.start[job] > now:
                continue
            if log.end[job] > now:
                lasts = now - log.start[job]
                if kind == 0 and many < _UNENDED and lasts > elapsed:
                    lasted[many] = lasts
                    many += 1
                continue
            value = _scaled(log, job, own)
            if value > elapsed:
                values[count] = value
                count += 1
                # What the same person did with the same request says twice as much.
                if kind < 2:
                    values[count] = value
                    count += 1
                else:
                    taken += 1
    values[:count].sort()
    count = _add_unended(values, count, lasted, many, own)
    values[:count].sort()
    return count


@njit(cache=True)
def draw(values, count, elapsed, limit, uniform):
    """The run time at a uniform place among `count` values; without any between now and limit."""
    if count > 0:
        return values[int(uniform * count)]
    if limit <= elapsed:
        return elapsed + 1.0
    if np.isfinite(limit):
        return elapsed + uniform * (limit - elapsed)
    return (elapsed + 60.0) / max(uniform, 0.01)


@njit(cache=True)
def draw_all(pools, counts, elapsed, limits, group, shared, rng, out):
    """A run time for each of the jobs, those of one group partly together.

    A user's like jobs often do the same work: half of them share one place among their values.
    """
    shared[:] = -1.0
    for i in range(len(counts)):
        if shared[group[i]] < 0:
            shared[group[i]] = rng.random()
        place = rng.random()
        if rng.random() < _TOGETHER:
            place = shared[group[i]]
        out[i] = draw(pools[i], counts[i], elapsed[i], limits[i], place)


@njit(cache=True)
def source_of_day(day, now, first, rng):
    """How many days before its own moment a future day's arrivals are taken from.

    Whole weeks back, so that the hour of the week is the same, or a few days where the history
    is shorter than that; 0 where there is no whole day of history.
    """
    known = int((now - first) // DAY_S)
    if known < 1:
        return 0
    least = day // _DAYS + 1
    most = min((known + day) // _DAYS, least + _WEEKS_BACK - 1)
    if most >= least:
        return _DAYS * (least + int(rng.random() * (most - least + 1)))
    return day + 1 + int(rng.random() * known)


@njit(cache=True)
def draw_arrivals(log, now, horizon, rng, times, sources, runs):
    """Fill in the arrivals until `horizon` seconds from now; how many there are.

    Each day is a day of the past at the same hours; jobs that had not ended by `now` bring a run
    time drawn from their limit.
    """
    count = 0
    day = 0
    while day * DAY_S < horizon:
        back = source_of_day(day, now, log.submit[0], rng)
        if back == 0:
            break
        shift = back * DAY_S
        begin = now + day * DAY_S - shift
        end = now + min((day + 1) * DAY_S, horizon) - shift
        row = np.searchsorted(log.submit, begin, side="right")
        while row < len(log.submit) and log.submit[row] <= end and count < len(times):
            times[count] = log.submit[row] + shift
            sources[count] = row
            run = log.runtime[row]
            if log.end[row] > now:
                run = min(log.limit[row], _DAYS * DAY_S) * rng.random()
            runs[count] = run
            count += 1
            row += 1
        day += 1
    return count
