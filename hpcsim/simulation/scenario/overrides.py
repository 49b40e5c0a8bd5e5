"""`--set a.b.c=value`: one value of a scenario, named by its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from hpcsim.errors import InputError, Problem, nearest

SOURCE = "--set"
MOST_PARTS = 16
LONGEST = 10_000


class Override(NamedTuple):
    """A place in a scenario, and what shall stand there."""

    path: tuple[str, ...]
    value: Any

    @property
    def dotted(self) -> str:
        """The place as it is written."""
        return ".".join(self.path)


def parse_override(text: str) -> Override:
    """`a.b.c=v` as an override; v is read as TOML, and as a text where it is none."""
    key, equals, value = text.partition("=")
    path = tuple(piece.strip() for piece in key.split("."))
    if not equals or not all(path) or len(path) > MOST_PARTS or len(text) > LONGEST:
        rule = "a value is set as section.key=value"
        raise InputError(Problem("not a setting", SOURCE, value=text[:200], rule=rule))
    return Override(path, _value(value.strip()))


def _value(text: str) -> Any:
    try:
        found = tomllib.loads(f"v = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return text
    return found["v"] if list(found) == ["v"] else text


def applied(
    data: Mapping[str, Any], overrides: Sequence[Override], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """`data` with the overrides put in.

    Raises InputError with every override whose place is neither in `data` nor in `defaults`
    (all values of a scenario that says nothing), naming the nearest known ones. What lies below
    `site` is known to the site, which checks it.
    """
    changed = deepcopy(dict(data))
    problems = []
    for override in overrides:
        problem = _problem(override, changed, defaults)
        if problem is None:
            _put(changed, override)
        else:
            problems.append(problem)
    if problems:
        raise InputError(problems)
    return changed


def _problem(
    override: Override, data: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Problem | None:
    if override.path[0] == "site":
        return None
    here: Any = data
    usual: Any = defaults
    for depth, piece in enumerate(override.path):
        known = [*_keys(usual), *_keys(here)]
        if piece not in known:
            hint = _nearest(override, depth, sorted(set(known)), defaults)
            return Problem(f"{override.dotted} is no setting of a scenario", SOURCE, hint=hint)
        here, usual = _below(here, piece), _below(usual, piece)
    return None


def _nearest(override: Override, depth: int, known: list[str], defaults: Mapping[str, Any]) -> str:
    if depth == 0 or not known:
        return nearest(override.dotted, [".".join(path) for path in paths(defaults)])
    before = ".".join(override.path[:depth])
    found = nearest(override.path[depth], known)
    return f"in {before}: {found}"


def paths(data: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of all values that are no tables."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from paths(value, (*above, key))
        else:
            yield (*above, key)


def _keys(table: Any) -> list[str]:
    return list(table) if isinstance(table, Mapping) else []


def _below(table: Any, piece: str) -> Any:
    return table.get(piece) if isinstance(table, Mapping) else None


def _put(data: dict[str, Any], override: Override) -> None:
    table = data
    if override.path[0] == "site" and len(override.path) > 1:
        base = data.get("site", "nanjing")
        data["site"] = dict(base) if isinstance(base, Mapping) else {"base": base}
    for piece in override.path[:-1]:
        below = table.get(piece)
        table[piece] = dict(below) if isinstance(below, Mapping) else {}
        table = table[piece]
    table[override.path[-1]] = override.value
