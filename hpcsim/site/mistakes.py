"""How a check of several values tells pydantic what is wrong, each at its own place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from hpcsim.errors import nearest

Place = tuple[str | int, ...]

# Beyond this many nobody reads on, and a hostile file must not buy hours of work.
MOST_TOLD = 100


@dataclass(frozen=True)
class Mistake:
    """One mistake at `place`, a path below the part that is checked."""

    place: Place
    message: str
    value: str
    hint: str = ""


def near(text: str, known: Iterable[str]) -> str:
    """A sentence with the names nearest to `text`; of very many names the first are looked at."""
    return nearest(text, list(islice(known, 1000)))


def complain(mistakes: Sequence[Mistake]) -> None:
    """Raise the `mistakes` as one ValidationError; nothing if there are none."""
    if mistakes:
        raise ValidationError.from_exception_data(
            "site", [_detail(m) for m in mistakes[:MOST_TOLD]]
        )


def _detail(mistake: Mistake) -> InitErrorDetails:
    kind = PydanticCustomError(
        "rule", "{message}", {"message": mistake.message, "hint": mistake.hint}
    )
    return InitErrorDetails(type=kind, loc=mistake.place, input=mistake.value)
