"""What every subsystem of the centre has in common: its settings, its marks, its errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Figures = dict[str, float | int | str]


class InvariantError(AssertionError):
    """A law of conservation does not hold: something was lost, or is in two places."""


class Settings(BaseModel):
    """A section of a scenario; unknown keys are mistakes and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _complete_from_defaults(cls, given: Any) -> Any:
        """A section that is given in part keeps the rest of its own default."""
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        for name, value in given.items():
            field = cls.model_fields.get(name)
            if field is not None and isinstance(value, dict):
                default = field.get_default(call_default_factory=True, validated_data={})
                filled[name] = _over(default, value)
        return filled


def _over(default: Any, given: dict[str, Any]) -> dict[str, Any]:
    if isinstance(default, BaseModel):
        default = default.model_dump()
    if not isinstance(default, dict):
        return given
    merged = dict(default)
    for name, value in given.items():
        merged[name] = _over(default.get(name), value) if isinstance(value, dict) else value
    return merged


def quantity(
    default: Any,
    what: str,
    *,
    unit: str,
    source: str,
    span: tuple[float, float] | None = None,
    **limits: Any,
) -> Any:
    """A field with its unit, its trust and the span in which its true value is believed to lie.

    `source` begins with S (stands in a public source), D (follows from such), R and a number
    (remembered with that confidence) or A (assumed so that there is something to simulate).
    """
    marks: dict[str, Any] = {"unit": unit, "source": source}
    if span is not None:
        marks["span"] = list(span)
    text = f"{what} [{unit}; {source}]"
    return Field(default, description=text, json_schema_extra=marks, **limits)


class Mark(NamedTuple):
    """One setting with its value and where the value comes from."""

    path: str
    value: Any
    unit: str
    source: str
    span: tuple[float, float] | None
    what: str


def marks(settings: BaseModel, path: str = "") -> Iterator[Mark]:
    """Every marked setting below `settings`, with its dotted path and its value."""
    for name, field in type(settings).model_fields.items():
        here = f"{path}.{name}" if path else name
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from marks(value, here)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, BaseModel):
                    yield from marks(item, f"{here}.{key}")
        if isinstance(field.json_schema_extra, dict) and "source" in field.json_schema_extra:
            yield _mark(here, value, field)


def _mark(path: str, value: Any, field: FieldInfo) -> Mark:
    extra: Any = field.json_schema_extra
    span = tuple(extra["span"]) if "span" in extra else None
    return Mark(path, value, extra["unit"], extra["source"], span, field.description or "")


class Surge(Settings):
    """A stretch of days in which demand is multiplied."""

    start_day: float = quantity(0.0, "first day, from the start", unit="day", source="A", ge=0)
    days: float = quantity(42.0, "how long it lasts", unit="day", source="A", gt=0)
    factor: float = quantity(2.0, "times the usual demand", unit="1", source="A", ge=0)


def surge_factors(surges: tuple[Surge, ...], times_s: npt.NDArray[np.floating[Any]]) -> FloatArray:
    """The product of all surges in force at each time (seconds from the start)."""
    factors = np.ones(len(times_s))
    days = times_s / 86400.0
    for surge in surges:
        inside = (days >= surge.start_day) & (days < surge.start_day + surge.days)
        factors[inside] *= surge.factor
    return factors
