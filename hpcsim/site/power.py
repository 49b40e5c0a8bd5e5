"""Power, what it costs by the hour, and the carbon behind it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from .mistakes import Mistake, complain
from .types import Named, NotNegative, Part, Positive, Tables

DAY_H = 24


class Power(Part):
    """What the building adds, what it may draw, and when idle nodes are switched off."""

    pue: float = Field(
        default=1.0, strict=True, ge=1, le=5, description="facility power over IT power"
    )
    cap_kw: Positive | None = Field(default=None, description="most that the nodes may draw, kW")
    switch_off_after_s: NotNegative | None = Field(
        default=None, description="idle time after which a node is switched off, s; none: never"
    )


class Band(Named):
    """Hours of the day with one price."""

    yuan_per_kwh: NotNegative = Field(description="price, yuan/kWh")
    hours: tuple[tuple[int, int], ...] = Field(
        default=(),
        max_length=24,
        description="[from, to] in whole local hours; empty: the rest of the day",
    )

    @model_validator(mode="after")
    def _hours_of_a_day(self) -> Self:
        complain(
            [
                Mistake(("hours", i), "is not from < to within 0 to 24", f"[{a}, {b}]")
                for i, (a, b) in enumerate(self.hours)
                if not 0 <= a < b <= DAY_H
            ]
        )
        return self


class Tariff(Part):
    """The price of electricity by local hour."""

    utc_offset_h: float = Field(
        default=8.0, strict=True, ge=-12, le=14, description="local time less UTC, h"
    )
    bands: Tables[Band] = Field(default=(), description="as in `[tariff.bands.valley]`")

    @model_validator(mode="after")
    def _every_hour_once(self) -> Self:
        complain(_gaps_and_overlaps(self.bands))
        return self

    @property
    def yuan_per_kwh_by_hour(self) -> tuple[float, ...]:
        """Price of each of the 24 local hours; zeros without bands."""
        prices = [next((b.yuan_per_kwh for b in self.bands if not b.hours), 0.0)] * DAY_H
        for band in self.bands:
            for begin, end in band.hours:
                prices[begin:end] = [band.yuan_per_kwh] * (end - begin)
        return tuple(prices)


def _gaps_and_overlaps(bands: tuple[Band, ...]) -> list[Mistake]:
    taken: dict[int, str] = {}
    found = []
    for i, band in enumerate(bands):
        for hour in (h for begin, end in band.hours for h in range(begin, end)):
            if hour in taken:
                message = f"hour {hour} belongs to {taken[hour]} already"
                found.append(Mistake(("bands", i, "hours"), message, band.name))
            taken[hour] = band.name
    rest = [band.name for band in bands if not band.hours]
    if len(rest) > 1:
        found.append(
            Mistake(("bands",), "only one band can have the rest of the day", ", ".join(rest))
        )
    free = [h for h in range(DAY_H) if h not in taken]
    if bands and not rest and free:
        way_out = "leave out `hours` in the band that holds for the rest of the day"
        found.append(Mistake(("bands",), "hours without a price", f"{free}", way_out))
    return found


class Carbon(Part):
    """The carbon behind a kilowatt-hour."""

    kg_per_kwh: NotNegative = Field(default=0.0, description="kg CO2 a kWh")
