"""Racks that come in, orders that go out, compressors that fail: drawn ahead, in columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hpcsim.units import DAY_S, HOUR_S, YEAR_S

from ..calendar import Calendar
from ..contract import FloatArray, IntArray
from ..trace import Column, read_trace
from .settings import BiobankSettings

RACK, ORDER = 0, 1
HANDLING_SIGMA = 0.5
COOLING_REPAIR_SIGMA = 1.0


@dataclass(frozen=True)
class Racks:
    """Intake racks in order of arrival."""

    arrived_s: FloatArray
    tubes: IntArray
    work_s: FloatArray
    misreads: IntArray


@dataclass(frozen=True)
class OrderBook:
    """Retrieval orders in the order in which they are asked."""

    asked_s: FloatArray
    tubes: IntArray
    work_s: FloatArray
    misreads: IntArray
    handling_s: FloatArray


@dataclass(frozen=True)
class CoolingFailures:
    """Failures of compressors in time."""

    failed_s: FloatArray
    repaired_s: FloatArray
    bank: IntArray


def open_days(settings: BiobankSettings, calendar: Calendar) -> IntArray:
    """The days on which orders and racks come."""
    if settings.every_day:
        return np.arange(math.ceil(calendar.horizon_s / DAY_S))
    return calendar.working_days()


def _times(
    days: IntArray, settings: BiobankSettings, calendar: Calendar, rng: np.random.Generator
) -> FloatArray:
    hours = rng.uniform(settings.opens_h, settings.closes_h, len(days))
    times = np.sort(days * DAY_S + hours * HOUR_S)
    return times[times < calendar.horizon_s]


def _recorded(path: Path, calendar: Calendar, kind: int) -> tuple[FloatArray, IntArray]:
    """(times, tubes) of the trace's rows of a kind, within the horizon."""
    columns = (
        Column("time_s"),
        Column("kind", known=("rack", "order")),
        Column("tubes", least=1, most=1e6),
    )
    table = read_trace(path, columns)
    mine = (table["kind"] == kind) & (table["time_s"] < calendar.horizon_s)
    return table["time_s"][mine], table["tubes"][mine].astype(np.int64)


def draw_racks(settings: BiobankSettings, calendar: Calendar, rng: np.random.Generator) -> Racks:
    """Each open day's tubes, on full racks and a rest; or the racks of the trace."""
    if settings.trace is not None:
        return make_racks(*_recorded(settings.trace, calendar, RACK), settings, rng)
    days = open_days(settings, calendar)
    tubes = rng.poisson(settings.intake_per_day * settings.scale, len(days))
    racks = -(-tubes // settings.rack_tubes)
    on_rack = np.full(int(racks.sum()), settings.rack_tubes, dtype=np.int64)
    last = np.cumsum(racks)[racks > 0] - 1
    on_rack[last] = (tubes - (racks - 1) * settings.rack_tubes)[racks > 0]
    times = _times(np.repeat(days, racks), settings, calendar, rng)
    return make_racks(times, on_rack[: len(times)], settings, rng)


def make_racks(
    arrived_s: FloatArray, tubes: IntArray, settings: BiobankSettings, rng: np.random.Generator
) -> Racks:
    """Racks with the work that they will be."""
    misreads = rng.binomial(tubes, settings.misread)
    work = rng.exponential(settings.rack_s, len(tubes)) + misreads * settings.misread_s
    return Racks(arrived_s, tubes, work, misreads)


def draw_orders(
    settings: BiobankSettings, calendar: Calendar, rng: np.random.Generator
) -> OrderBook:
    """Orders: many small ones, few large ones (geometric); or the orders of the trace."""
    if settings.trace is not None:
        asked, tubes = _recorded(settings.trace, calendar, ORDER)
    else:
        days = open_days(settings, calendar)
        counts = rng.poisson(settings.orders_per_day * settings.scale, len(days))
        asked = _times(np.repeat(days, counts), settings, calendar, rng)
        tubes = rng.geometric(1.0 / settings.tubes_per_order, len(asked))
    work = settings.pick_s * tubes.astype(np.float64)
    if settings.pick_spread == "exponential":
        work = settings.pick_s * rng.standard_gamma(tubes.astype(np.float64))
    misreads = rng.binomial(tubes, settings.misread)
    sigma = HANDLING_SIGMA
    handling = np.exp(rng.standard_normal(len(asked)) * sigma - sigma**2 / 2)
    return OrderBook(
        asked_s=asked,
        tubes=tubes,
        work_s=work + misreads * settings.misread_s,
        misreads=misreads,
        handling_s=handling * settings.handling_h * HOUR_S,
    )


def draw_cooling(
    settings: BiobankSettings, calendar: Calendar, rng: np.random.Generator
) -> CoolingFailures:
    """Failures at a constant rate, repairs lognormal."""
    units = settings.banks * settings.cooling_units_per_bank
    expected = units * settings.cooling_failures_per_year * calendar.horizon_s / YEAR_S
    failed = np.sort(rng.uniform(0.0, calendar.horizon_s, rng.poisson(expected)))
    sigma = COOLING_REPAIR_SIGMA
    repair = np.exp(rng.standard_normal(len(failed)) * sigma - sigma**2 / 2)
    return CoolingFailures(
        failed_s=failed,
        repaired_s=failed + repair * settings.cooling_repair_h * HOUR_S,
        bank=rng.integers(0, settings.banks, len(failed)),
    )
