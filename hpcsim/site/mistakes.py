"""How a check of several values tells pydantic what is wrong, each at its own place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One mistake at `place`, a path below the part that is checked."""

    place: Place
    message: str
    value: str
    hint: str = ""


def complain(mistakes: Sequence[Mistake]) -> None:
    """Raise all `mistakes` as one ValidationError; nothing if there are none."""
    if mistakes:
        raise ValidationError.from_exception_data("site", [_detail(m) for m in mistakes])


def _detail(mistake: Mistake) -> InitErrorDetails:
    kind = PydanticCustomError(
        "rule", "{message}", {"message": mistake.message, "hint": mistake.hint}
    )
    return InitErrorDetails(type=kind, loc=mistake.place, input=mistake.value)
