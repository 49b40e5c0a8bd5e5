"""Expected figures of machines with relative bounds, as a site keeps them in a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from .errors import HarnessError
from .results import Figure, Result
from .words import quantity

ANY_MACHINE = "any"
MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Reference:
    """A figure that is expected within `value * (1 + lower)` and `value * (1 + upper)`.

    A bound that is left out does not bind.
    """

    value: float
    unit: str
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Judged:
    """A measurement beside its reference."""

    key: str
    figure: Figure | None
    reference: Reference
    ok: bool

    def __str__(self) -> str:
        """One line: what is, what ought to be."""
        expected = quantity(self.reference.value, self.reference.unit)
        bounds = f"{_percent(self.reference.lower)} .. {_percent(self.reference.upper)}"
        if self.figure is None:
            return f"{self.key}: no figure; expected {expected}"
        found = quantity(self.figure.value, self.figure.unit)
        return f"{self.key}: {'as' if self.ok else 'NOT as'} expected: {found}; {expected} {bounds}"


References = Mapping[str, Mapping[str, Reference]]


def read(file: Path) -> References:
    """By machine (or `any`) and by key of the measurement; HarnessError with every mistake."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise HarnessError(f"{file}: more than {MOST_BYTES >> 20} MiB is no file of references")
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HarnessError(f"{file}: not TOML: {error}") from None
    return _validated(file, data)


def _validated(file: Path, data: dict[str, Any]) -> References:
    from pydantic import ValidationError

    try:
        found: References = _adapter().validate_python(data)
    except ValidationError as error:
        raise HarnessError(
            f"{file}: {'.'.join(str(part) for part in each['loc'])}: {each['msg']} "
            f"(found {str(each['input'])[:60]!r})"
            for each in error.errors()[:50]
        ) from None
    return found


@cache
def _adapter() -> Any:
    from pydantic import ConfigDict, Field, TypeAdapter
    from pydantic.dataclasses import dataclass as checked

    config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @checked(frozen=True, config=config)
    class _Checked(Reference):
        value: Annotated[float, Field(gt=0)]
        lower: Annotated[float | None, Field(ge=-1, le=0)] = None
        upper: Annotated[float | None, Field(ge=0)] = None

    return TypeAdapter(dict[str, dict[str, _Checked]])


def judge(results: Sequence[Result], machine: str, references: References | None) -> list[Judged]:
    """Every measurement of this session that has a reference, for this machine or for any."""
    if references is None:
        return []
    known = {**references.get(ANY_MACHINE, {}), **references.get(machine, {})}
    return [_judged(result, known[result.key]) for result in results if result.key in known]


def _judged(result: Result, reference: Reference) -> Judged:
    figure = result.figure
    if figure is None or figure.unit != reference.unit:
        return Judged(result.key, None, reference, False)
    low = -float("inf") if reference.lower is None else reference.value * (1 + reference.lower)
    high = float("inf") if reference.upper is None else reference.value * (1 + reference.upper)
    return Judged(result.key, figure, reference, low <= figure.value <= high)


def _percent(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:+.0%}"
