"""The kinds of values that a site file holds, and the part from which all its tables are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from hpcsim.errors import nearest

from .mistakes import MOST_TOLD, Mistake, complain
from .provenance import Mark

# Strict everywhere: a quoted number or a `true` where a number belongs is a mistake, not a value.
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]


def _is_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("is no name: at most 64 letters, digits and _ . : @ + -")
    return text


def _is_printable(text: str) -> str:
    # What a file says is printed on terminals.
    if not text.isprintable():
        raise ValueError("holds control characters")
    return text


_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,63}")
Name = Annotated[str, AfterValidator(_is_name)]
Text = Annotated[str, AfterValidator(_is_printable)]


class Part(BaseModel):
    """A table of the file: frozen, without unknown keys, each value marked where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provenance: Mapping[str, Mark] = Field(
        default_factory=dict,
        description="where the values of this table come from, by key",
    )

    @model_validator(mode="after")
    def _marks_name_values(self) -> Self:
        known = [name for name in type(self).model_fields if name != "provenance"]
        complain(_wrong_marks(self, known))
        return self


class Named(Part):
    """A table whose own name in the file, as in `[nodes.thin]`, is the thing's name."""

    name: Name = Field(description="the name of the table, as in `[nodes.thin]`")


def _wrong_marks(part: Part, known: list[str]) -> list[Mistake]:
    found: list[Mistake] = []
    for key, mark in part.provenance.items():
        if len(found) == MOST_TOLD:
            break
        place = ("provenance", key)
        if key not in known:
            found.append(
                Mistake(place, "marks a value that is not there", key, nearest(key, known))
            )
            continue
        value = getattr(part, key)
        if isinstance(value, int | float) and not mark.covers(value):
            found.append(
                Mistake(
                    place, f"the range of the mark does not hold the value {value:g}", str(mark)
                )
            )
    return found


def tables(value: Any) -> Any:
    """`{"thin": {...}}`, as TOML gives `[nodes.thin]`, as a list of named tables."""
    if not isinstance(value, Mapping):
        return value
    return [
        {**table, "name": name} if isinstance(table, Mapping) else table
        for name, table in value.items()
    ]


def _name_once(value: Any) -> Any:
    if isinstance(value, Mapping):
        complain(
            [
                Mistake(
                    (i, "name"), "the table has a name already", str(table["name"]), "leave it out"
                )
                for i, table in enumerate(value.values())
                if isinstance(table, Mapping) and "name" in table
            ]
        )
    return tables(value)


def _distinct(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    seen: set[str] = set()
    twice = []
    for i, part in enumerate(parts):
        if part.name in seen:
            twice.append(Mistake((i, "name"), "this name is there twice", part.name))
        seen.add(part.name)
    complain(twice)
    return parts


def _with_default(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {"default": value}


def _has_default(value: Mapping[str, float]) -> Mapping[str, float]:
    if "default" not in value:
        complain([Mistake((), "needs a value named default", ", ".join(value))])
    return value


PartT = TypeVar("PartT")
# Tables by name; a list of tables that hold their names is read too (what a run folder keeps).
Tables = Annotated[tuple[PartT, ...], BeforeValidator(_name_once), AfterValidator(_distinct)]
# A number, or numbers by class of work or customer of which one is named default.
ByClass = Annotated[
    Mapping[Name, NotNegative], BeforeValidator(_with_default), AfterValidator(_has_default)
]
