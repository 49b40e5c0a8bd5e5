"""The laboratory: stations in a row, each a queue with many instruments; compiled, exact.

Samples gather on plates; a plate waits for the first free instrument. Nothing downstream holds
a station back, so each station is served in one pass over its plates in the order in which
they are ready, which is what an event a sample would give.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from hpcsim.units import HOUR_S

from ..contract import FloatArray, IntArray
from .orders import Orders
from .settings import SequencingSettings, Station


@dataclass(frozen=True)
class Lab:
    """When each sample was on an instrument of each station; inf where it never came there."""

    names: tuple[str, ...]
    start_s: FloatArray  # stations x samples
    end_s: FloatArray
    busy_s: FloatArray  # instrument-seconds of each station within the horizon
    qc_row: int

    @property
    def pooled_s(self) -> FloatArray:
        """When each sample's library is ready for a flow cell; inf for those that failed."""
        return self.end_s[-1]


def run(
    orders: Orders, settings: SequencingSettings, horizon_s: float, rng: np.random.Generator
) -> Lab:
    """Every sample's way through the stations."""
    names = tuple(settings.stations)
    shape = len(names), len(orders)
    start, end = np.full(shape, np.inf), np.full(shape, np.inf)
    busy = np.zeros(len(names))
    ready = orders.ordered_s
    qc_row = names.index(settings.qc_station)
    streams = rng.spawn(len(names))
    for row, station in enumerate(settings.stations.values()):
        here = np.flatnonzero(np.isfinite(ready))
        here = here[np.argsort(ready[here], kind="stable")]
        group = orders.product[here].astype(np.int64)
        if not station.one_product:
            group = np.zeros(len(here), dtype=np.int64)
        served = serve(station, ready[here], group, horizon_s, streams[row])
        start[row, here], end[row, here], busy[row] = served
        ready = end[row].copy()
        if row == qc_row:
            ready[orders.fails_qc] = np.inf
    return Lab(names, start, end, busy, qc_row)


def serve(
    station: Station,
    ready_s: FloatArray,
    group: IntArray,
    horizon_s: float,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, float]:
    """Start and end of each sample (in order of `ready_s`), and busy instrument-seconds.

    `group` (0, 1, ...) says which samples may share a plate. Without instruments everybody
    waits for ever (inf).
    """
    plate, plate_ready = _plates(
        ready_s, group, station.plate, station.longest_wait_h * HOUR_S, int(group.max(initial=0))
    )
    work = _work(station, len(plate_ready), rng)
    order = np.argsort(plate_ready, kind="stable")
    start = np.full(len(plate_ready), np.inf)
    if station.instruments:
        start[order] = _first_come(plate_ready[order], work[order], station.instruments)
    end = start + work
    busy = np.clip(end, 0.0, horizon_s) - np.clip(start, 0.0, horizon_s)
    return start[plate], end[plate], float(busy.sum())


def _work(station: Station, count: int, rng: np.random.Generator) -> FloatArray:
    mean = station.work_h * HOUR_S
    if station.spread == "constant":
        return np.full(count, mean)
    if station.spread == "exponential":
        return rng.exponential(mean, count)
    sigma = math.sqrt(math.log1p(station.variation**2))
    return mean * np.exp(rng.standard_normal(count) * sigma - sigma**2 / 2)


@njit(cache=True)
def _plates(ready_s, group, size, longest_wait_s, last_group):  # type: ignore[no-untyped-def]
    """The plate of each sample, and when each plate is full or has waited long enough."""
    plate = np.empty(len(ready_s), np.int64)
    plate_ready = np.empty(len(ready_s))
    filled = np.zeros(last_group + 1, np.int64)
    open_plate = np.zeros(last_group + 1, np.int64)
    count = 0
    for sample in range(len(ready_s)):
        g = group[sample]
        if filled[g] > 0 and ready_s[sample] > plate_ready[open_plate[g]]:
            filled[g] = 0
        if filled[g] == 0:
            open_plate[g] = count
            plate_ready[count] = ready_s[sample] + longest_wait_s
            count += 1
        plate[sample] = open_plate[g]
        filled[g] += 1
        if filled[g] == size:
            plate_ready[open_plate[g]] = ready_s[sample]
            filled[g] = 0
    return plate, plate_ready[:count].copy()


@njit(cache=True)
def _first_come(ready_s, work_s, servers):  # type: ignore[no-untyped-def]
    """Starts of plates in order of readiness on so many instruments (a heap of free times)."""
    start = np.empty(len(ready_s))
    free = np.full(servers, -np.inf)
    for plate in range(len(ready_s)):
        begin = max(ready_s[plate], free[0])
        start[plate] = begin
        until = begin + work_s[plate]
        at = 0
        while True:
            child = 2 * at + 1
            if child >= servers:
                break
            if child + 1 < servers and free[child + 1] < free[child]:
                child += 1
            if free[child] >= until:
                break
            free[at] = free[child]
            at = child
        free[at] = until
    return start
