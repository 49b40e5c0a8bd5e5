"""The section `biobank` of a scenario: places, tubes, robots, orders, cooling."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from ..contract import Settings, quantity


class TubeSize(Settings):
    """Tubes of one size."""

    millilitres: float = quantity(0.5, "volume", unit="ml", source="A", gt=0)
    share: float = quantity(1.0, "of all tubes", unit="1", source="A", ge=0)
    yuan_per_year: float = quantity(10.0, "price of keeping one", unit="yuan/a", source="A", ge=0)


def _sizes() -> dict[str, TubeSize]:
    return {
        "0.25ml": TubeSize(millilitres=0.25, share=0.08, yuan_per_year=8),
        "0.5ml": TubeSize(millilitres=0.5, share=0.60, yuan_per_year=10),
        "1.5ml": TubeSize(millilitres=1.5, share=0.25, yuan_per_year=17),
        "5ml": TubeSize(millilitres=5.0, share=0.07, yuan_per_year=17),
    }


class BiobankSettings(Settings):
    """The store and its robots."""

    capacity: int = quantity(10_000_000, "places", unit="1", source="S", ge=0, le=100_000_000)
    stored: int = quantity(
        2_480_000, "tubes at the start", unit="1", source="S", ge=0, le=100_000_000
    )
    banks: int = quantity(21, "banks of equal size", unit="1", source="S", ge=1, le=127)
    sizes: dict[str, TubeSize] = quantity(
        _sizes(), "0.5 and 1.5 ml prices S, the others and the shares A", unit="section", source="A"
    )
    intake_per_day: float = quantity(
        2500.0, "tubes that come in", unit="1/working day", source="A", span=(500, 6000), ge=0
    )
    orders_per_day: float = quantity(
        20.0, "retrieval orders", unit="1/working day", source="A", ge=0, le=1e5
    )
    tubes_per_order: float = quantity(
        20.0, "mean number of tubes", unit="1", source="A", span=(2.5, 100), ge=1
    )
    trace: Path | None = quantity(
        None, "time_s, kind (rack or order), tubes; instead of drawing", unit="path", source="A"
    )
    scale: float = quantity(1.0, "times all demand", unit="1", source="A", ge=0)
    every_day: bool = quantity(
        False, "orders and intake on weekends too", unit="yes or no", source="A"
    )
    opens_h: float = quantity(8.0, "orders come from", unit="h", source="A", ge=0, le=24)
    closes_h: float = quantity(18.0, "orders come until", unit="h", source="A", ge=0, le=24)
    rack_tubes: int = quantity(96, "tubes of an intake rack", unit="1", source="A", ge=1)
    pickers: int = quantity(4, "robots", unit="1", source="A", span=(2, 8), ge=0, le=1000)
    pick_s: float = quantity(
        9.0, "mean time to pick a tube", unit="s", source="R 0.55", span=(4, 25), gt=0
    )
    pick_spread: Literal["constant", "exponential"] = quantity(
        "exponential", "distribution of that time", unit="name", source="A"
    )
    rack_s: float = quantity(
        60.0, "mean time to store a rack", unit="s", source="R 0.5", span=(30, 120), gt=0
    )
    handling_h: float = quantity(
        3.5, "mean time from the robot to the door", unit="h", source="R 0.6", span=(0.5, 48), ge=0
    )
    misread: float = quantity(
        0.001,
        "tubes whose code is misread",
        unit="1",
        source="R 0.5",
        span=(1e-4, 5e-3),
        ge=0,
        le=1,
    )
    misread_s: float = quantity(120.0, "time that it costs", unit="s", source="A", ge=0)
    robot_mtbf_h: float = quantity(
        400.0,
        "mean time between a robot's failures",
        unit="h",
        source="R 0.4",
        span=(150, 1500),
        gt=0,
    )
    robot_repair_h: float = quantity(4.0, "mean repair", unit="h", source="R 0.4", ge=0)
    cooling_units_per_bank: int = quantity(2, "compressors", unit="1", source="A", ge=0)
    cooling_failures_per_year: float = quantity(
        0.05, "failures of a compressor", unit="1/a", source="R 0.4", span=(0.02, 0.16), ge=0
    )
    cooling_repair_h: float = quantity(6.0, "mean repair", unit="h", source="A", gt=0)
    warm_up_h: float = quantity(
        8.0, "from -80 to -60 °C without cooling", unit="h", source="R 0.6", span=(4, 24), gt=0
    )
    power_kw: float = quantity(
        120.0, "draw of the whole biobank", unit="kW", source="A", span=(60, 250), ge=0
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.stored > self.capacity:
            raise ValueError(f"{self.stored} tubes do not fit into {self.capacity} places")
        total = sum(size.share for size in self.sizes.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the sizes' shares add up to {total:g}, not to 1")
        if self.closes_h <= self.opens_h:
            raise ValueError("closes_h must be later than opens_h")
        return self
