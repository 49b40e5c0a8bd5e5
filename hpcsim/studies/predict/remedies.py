"""What would help a job that waits: the same futures under other requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hpcsim.errors import InputError

from .futures import Futures
from .prediction import Predictor, Wanted
from .reason import shadow_of
from .state import State

LEAST_S = 60.0
MOST_CUT = 0.5
_MOST_CORES_HALVED = 2


@dataclass(frozen=True)
class Remedy:
    """Another request: what to change, and what it gains at the start and at the end (P50, s).

    A job with fewer cores is taken to run longer by as much, up to its limit if that stays.
    """

    text: str
    wait_s: float
    start_gain_s: float
    end_gain_s: float
    cut_share: float
    """In which share of the futures its limit would cut it."""


@dataclass(frozen=True)
class Variant:
    """A request to try; `stretch` is how much longer it runs."""

    text: str
    wanted: Wanted
    stretch: float = 1.0


def remedies(
    predictor: Predictor,
    wanted: Wanted,
    user: int = -1,
    *,
    as_it_is: Futures | None = None,
) -> list[Remedy]:
    """Other requests, those that gain most at the start first; only what gains a minute.

    All are submitted now, behind the queue; `as_it_is` are the futures of the job if it waits
    already: a place in the queue is worth something, and a new request loses it. What would be
    cut by its limit in most futures is left out.
    """
    asked = as_it_is or predictor.futures(wanted, user)
    wait = float(np.median(asked.wait_s.max(axis=1)))
    end = float(np.median((asked.wait_s + asked.runtime_s).max(axis=1)))
    found = []
    for variant in variants(predictor.state, wanted):
        try:
            run = predictor.futures(variant.wanted, user)
        except InputError:
            continue
        limit = np.array(variant.wanted.limit_s)
        lasts = asked.runtime_s[:, :1] * variant.stretch
        cut = float(np.mean(lasts > limit)) if limit[0] < max(wanted.limit_s) else 0.0
        cut = max(cut, float(np.mean(lasts > limit)) if variant.stretch > 1 else 0.0)
        new_wait = float(np.median(run.wait_s.max(axis=1)))
        new_end = float(np.median((run.wait_s + np.minimum(lasts, limit)).max(axis=1)))
        gain = wait - new_wait if np.isfinite(wait) else np.inf
        if gain >= LEAST_S and cut <= MOST_CUT:
            found.append(Remedy(variant.text, new_wait, gain, end - new_end, cut))
    return sorted(found, key=lambda remedy: -remedy.start_gain_s)


def variants(state: State, wanted: Wanted) -> Iterator[Variant]:
    """Requests that a user could make instead."""
    cores, limit, count = max(wanted.cores), max(wanted.limit_s), len(wanted.cores)
    if np.isfinite(limit):
        yield _like(wanted, "half the time limit", cores, limit / 2)
        yield _like(wanted, "a quarter of the time limit", cores, limit / 4)
    for part in (2, 4):
        if cores >= _MOST_CORES_HALVED * part // 2:
            fewer = -(-cores // part)
            yield _like(wanted, f"{_cores(fewer)} and the same limit", fewer, limit, part)
            yield _like(wanted, f"{_cores(fewer)} and {part} times the limit", fewer,
                        limit * part, part)  # fmt: skip
    yield from _hole(state, wanted, cores, limit)
    if count == 1 and cores >= _MOST_CORES_HALVED:
        for parts in {2, min(cores, 8)}:
            each = -(-cores // parts)
            text = f"an array of {parts} jobs of {_cores(each)}, if the work can be split"
            yield Variant(text, Wanted(wanted.name, (each,) * parts, (limit,) * parts))
    if count > 1:
        half = count // 2
        text = f"{half:,} elements now, the others later"
        yield Variant(text, Wanted(wanted.name, wanted.cores[:half], wanted.limit_s[:half]))


def _cores(many: int) -> str:
    return "1 core" if many == 1 else f"{many:,} cores"


def _like(wanted: Wanted, text: str, cores: int, limit: float, stretch: float = 1.0) -> Variant:
    count = len(wanted.cores)
    return Variant(text, Wanted(wanted.name, (cores,) * count, (limit,) * count), stretch)


def _hole(state: State, wanted: Wanted, cores: int, limit: float) -> Iterator[Variant]:
    """The request that fits before the head of the queue starts."""
    queue = state.waiting
    if not len(queue):
        return
    log = state.log
    free = log.machine_cores - int(log.cores[state.running].sum())
    shadow, extra = shadow_of(state, int(log.cores[queue[0]]), free)
    room_s = np.floor((shadow - state.now_s) / 60) * 60
    if cores <= free and LEAST_S <= room_s < limit:
        yield _like(wanted, f"a limit of {room_s / 60:,.0f} min, to pass the queue's head", cores,
                    float(room_s))  # fmt: skip
    beside = min(free, extra)
    if 0 < beside < cores:
        yield _like(wanted, f"{_cores(beside)}, to fit beside the queue's head", beside, limit,
                    cores / beside)  # fmt: skip
    if 0 < free < cores and LEAST_S <= room_s < limit:
        yield _like(wanted, f"{_cores(free)} for {room_s / 60:,.0f} min, to pass the queue's head",
                    free, float(room_s), cores / free)  # fmt: skip
