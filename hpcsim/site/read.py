"""From a validation error to problems with place, line, value and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from hpcsim.errors import InputError, Problem, nearest

from .mistakes import MOST_TOLD, Mistake
from .toml import Document, Path_

Model = TypeVar("Model", bound=BaseModel)


def validate(
    model: type[Model], document: Document, more: Iterable[Mistake] = (), **extra: Any
) -> Model:
    """Make a `model` of what `document` says, with `extra` top-level values.

    `more` are mistakes found elsewhere in the raw data, told with those of the model if it does
    not hold. Raises InputError with every mistake, or with the first hundred and their number.
    """
    try:
        return model.model_validate({**extra, **document.data})
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [_problem(model, document, dict(each)) for each in found[:MOST_TOLD]]
        for mistake in more:
            problem = _told(document, mistake.place, mistake.message, mistake.value, mistake.hint)
            if problem not in problems:
                problems.append(problem)
        problems.sort(key=lambda problem: problem.line or 0)
        if len(found) > MOST_TOLD:
            rest = f"{len(found) - MOST_TOLD} more mistakes"
            problems.append(Problem(rest, document.source))
        raise InputError(problems) from None


def _problem(model: type[BaseModel], document: Document, error: dict[str, Any]) -> Problem:
    place: Path_ = tuple(error["loc"])
    context = error.get("ctx", {})
    kind, value = error["type"], _shown(error["input"])
    if kind == "missing":
        return _told(document, place, "is missing", None, _meaning(model, place))
    if kind == "extra_forbidden":
        hint = nearest(str(place[-1]), _fields_at(model, place[:-1]))
        return _told(document, place, "is no key of this table", None, hint)
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:] if message.startswith("Input ") else message
    message = message.removeprefix("input ")
    hint = str(context.get("hint", "")) or _meaning(model, place)
    return _told(document, place, message, value, hint)


def _told(document: Document, place: Path_, message: str, value: str | None, hint: str) -> Problem:
    path = as_written(document.data, place)
    return Problem(
        f"{dotted(path)} {message}",
        source=document.source,
        line=document.line(path),
        value=value,
        hint=hint or None,
    )


def as_written(data: Any, place: Path_) -> Path_:
    """The path as in the file: a table that the model counts is named in the file."""
    path: list[str | int] = []
    for piece in place:
        if isinstance(piece, int) and isinstance(data, Mapping) and piece < len(data):
            piece = list(data)[piece]
        path.append(piece)
        data = _below(data, piece)
    return tuple(path)


def dotted(path: Path_) -> str:
    """`("nodes", "thin", 0)` as `nodes.thin[0]`; names are escaped."""
    text = ""
    for piece in path:
        if isinstance(piece, int):
            text += f"[{piece}]"
        else:
            name = piece if piece.isprintable() and len(piece) <= 64 else repr(piece[:64])
            text += f".{name}" if text else name
    return text or "the file"


def _below(data: Any, piece: str | int) -> Any:
    try:
        return data[piece]
    except (KeyError, IndexError, TypeError):
        return None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _fields_at(model: type[BaseModel], place: Path_) -> list[str]:
    found = model_at(model, place)
    return [name for name in found.model_fields if name != "name"] if found else []


def _meaning(model: type[BaseModel], place: Path_) -> str:
    """What the value at `place` is for, from the model's own description."""
    while place and isinstance(place[-1], int):
        place = place[:-1]
    around = model_at(model, place[:-1]) if place else None
    field = around.model_fields.get(str(place[-1])) if around else None
    return f"{place[-1]}: {field.description}" if field and field.description else ""


def model_at(model: type[BaseModel], place: Path_) -> type[BaseModel] | None:
    """The model of the table at `place`, None where there is none."""
    found: type[BaseModel] | None = model
    for piece in place:
        if isinstance(piece, int):
            continue
        field = found.model_fields.get(piece) if found else None
        found = inner_model(field.annotation) if field else None
    return found


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The first pydantic model inside a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = (inner_model(argument) for argument in get_args(annotation))
    return next((found for found in inside if found), None)
