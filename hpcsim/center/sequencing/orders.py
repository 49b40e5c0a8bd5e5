"""Orders: which sample arrives when, and what fate has in store for it.

Everything that is random about a sample is drawn here, from one stream a product, so that no
queue, failure or policy changes it and one product's demand does not disturb another's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hpcsim.units import DAY_S, HOUR_S

from ..calendar import Calendar
from ..contract import FloatArray, IntArray, surge_factors
from ..trace import Column, read_trace
from .settings import Product, SequencingSettings


@dataclass(frozen=True)
class Orders:
    """Samples in the order of their arrival, in columns."""

    ordered_s: FloatArray
    product: npt.NDArray[np.int8]  # index into the settings' products
    gb: FloatArray
    fails_qc: npt.NDArray[np.bool_]
    needs_top_up: npt.NDArray[np.bool_]
    runtime_factor: FloatArray

    def __len__(self) -> int:
        return len(self.ordered_s)


def draw(settings: SequencingSettings, calendar: Calendar, rng: np.random.Generator) -> Orders:
    """All orders from the lead-in to the horizon, or those of the trace within it."""
    products = settings.products
    streams = rng.spawn(len(products))
    given = _recorded(settings, calendar)
    parts = [
        _one(code, product, settings, given.get(code), calendar, stream)
        for code, (product, stream) in enumerate(zip(products.values(), streams, strict=True))
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Orders(*(column[order] for column in columns))


def _one(
    code: int,
    product: Product,
    settings: SequencingSettings,
    recorded_s: FloatArray | None,
    calendar: Calendar,
    rng: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    times = recorded_s
    if times is None:
        times = _arrivals(product.samples_per_year, settings, calendar, rng)
    count = len(times)
    sigma = math.sqrt(math.log1p(settings.runtime_variation**2))
    fate = rng.random((count, 2))
    return (
        times,
        np.full(count, code, dtype=np.int8),
        np.full(count, product.gb),
        fate[:, 0] < settings.failed_qc,
        fate[:, 1] < settings.top_up,
        np.exp(rng.standard_normal(count) * sigma - sigma**2 / 2),
    )


def _recorded(settings: SequencingSettings, calendar: Calendar) -> dict[int, FloatArray]:
    """Times of the trace by product; nothing without a trace."""
    if settings.trace is None:
        return {}
    names = tuple(settings.products)
    least = -settings.lead_in_days * DAY_S
    columns = (Column("ordered_s", least=least), Column("product", known=names))
    table = read_trace(settings.trace, columns)
    inside = table["ordered_s"] < calendar.horizon_s
    return {
        code: table["ordered_s"][inside & (table["product"] == code)] for code in range(len(names))
    }


def _arrivals(
    per_year: float,
    settings: SequencingSettings,
    calendar: Calendar,
    rng: np.random.Generator,
) -> FloatArray:
    first = -math.ceil(settings.lead_in_days)
    days: IntArray = np.arange(first, math.ceil(calendar.horizon_s / DAY_S))
    daily = calendar.day_factors("clinical", days, relative=True) / calendar.days_in_year(days)
    daily *= per_year * settings.scale * surge_factors(settings.surges, days * DAY_S)
    day = np.repeat(days, rng.poisson(daily))
    hours = rng.uniform(settings.opens_h, settings.closes_h, len(day))
    times = np.sort(day * DAY_S + hours * HOUR_S)
    inside = (times >= -settings.lead_in_days * DAY_S) & (times < calendar.horizon_s)
    return times[inside]
