"""A positive number and how sure it is: the central value, a 90 % interval, where it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

CONFIDENCE = 0.90
Z = 1.6448536269514722  # the normal's 95 % quantile: a two-sided interval of 90 %
Basis = Literal["measured", "published", "derived", "assumed"]
# Of two sources a result is as good as the weaker one.
_STRENGTH: Sequence[Basis] = ("measured", "published", "derived", "assumed")


class Part(BaseModel):
    """A piece of a calibration: frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(Part):
    """A positive value with its 90 % interval, taken as lognormal between `low` and `high`."""

    value: float = Field(gt=0, allow_inf_nan=False)
    low: float = Field(gt=0, allow_inf_nan=False)
    high: float = Field(gt=0, allow_inf_nan=False)
    unit: str = ""
    basis: Basis = "assumed"
    note: str = ""

    @model_validator(mode="after")
    def _holds_its_value(self) -> Self:
        slack = 1 + 1e-9
        if not self.low <= self.value * slack or not self.value <= self.high * slack:
            raise ValueError(f"the interval {self.low:g} to {self.high:g} misses {self.value:g}")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm that the interval's width stands for."""
        return math.log(self.high / self.low) / (2 * Z)

    @property
    def spread(self) -> float:
        """Half of the interval over the value."""
        return (self.high - self.low) / (2 * self.value)

    def times(self, other: Estimate, unit: str = "", note: str = "") -> Estimate:
        """The product; independent errors add in the logarithm."""
        return _combined(self, other, self.value * other.value, unit, note)

    def over(self, other: Estimate, unit: str = "", note: str = "") -> Estimate:
        """The quotient; independent errors add in the logarithm."""
        return _combined(self, other, self.value / other.value, unit, note)

    def scaled(self, factor: float, unit: str | None = None, note: str | None = None) -> Estimate:
        """Times a known number."""
        return Estimate(
            value=self.value * factor,
            low=self.low * factor,
            high=self.high * factor,
            unit=self.unit if unit is None else unit,
            basis=self.basis,
            note=self.note if note is None else note,
        )

    def widened(self, share: float, note: str) -> Estimate:
        """With an interval that reaches at least `share` of the value to each side."""
        return Estimate(
            value=self.value,
            low=min(self.low, self.value / (1 + share)),
            high=max(self.high, self.value * (1 + share)),
            unit=self.unit,
            basis=self.basis,
            note=note,
        )

    def at(self, z: float) -> Estimate:
        """The value `z` standard deviations from the centre, without an interval."""
        return exactly(self.value * math.exp(z * self.sigma), self.unit, self.basis, self.note)

    def drawn(self, rng: np.random.Generator) -> Estimate:
        """One value out of the interval's distribution, without an interval."""
        return self.at(float(rng.standard_normal()))


def exactly(value: float, unit: str = "", basis: Basis = "derived", note: str = "") -> Estimate:
    """A value without an interval."""
    return Estimate(value=value, low=value, high=value, unit=unit, basis=basis, note=note)


def within(value: float, share: float, unit: str = "", note: str = "") -> Estimate:
    """An assumed value that may be wrong by a factor of 1 + `share`."""
    return exactly(value, unit, "assumed", note).widened(share, note)


def from_draws(
    value: float, draws: Sequence[float] | np.ndarray, unit: str, basis: Basis, note: str = ""
) -> Estimate:
    """A value with the 90 % interval of its draws; the interval is made to hold the value."""
    low, high = np.percentile(np.asarray(draws, dtype=float), [5, 95])
    return Estimate(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        unit=unit,
        basis=basis,
        note=note,
    )


def total(parts: Sequence[Estimate], unit: str = "", note: str = "") -> Estimate:
    """The sum; independent errors add as variances."""
    value = sum(part.value for part in parts)
    deviation = math.sqrt(sum((part.value * part.sigma) ** 2 for part in parts))
    share = math.exp(Z * deviation / value)
    basis = max((part.basis for part in parts), key=_STRENGTH.index)
    return Estimate(
        value=value, low=value / share, high=value * share, unit=unit, basis=basis, note=note
    )


def _combined(one: Estimate, two: Estimate, value: float, unit: str, note: str) -> Estimate:
    share = math.exp(Z * math.hypot(one.sigma, two.sigma))
    basis = max((one.basis, two.basis), key=_STRENGTH.index)
    return Estimate(
        value=value, low=value / share, high=value * share, unit=unit, basis=basis, note=note
    )
