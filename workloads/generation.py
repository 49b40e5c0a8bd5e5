"""Workloads out of nothing: `name:key=value,...` names a generator and its settings."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Protocol, cast, get_type_hints

import numpy as np

from . import generators
from .errors import InputError, Problem, nearest
from .workload import Workload


class Generator(Protocol):
    """What a module of `workloads.generators` offers."""

    Settings: type[Any]
    """A frozen dataclass: the keys, their types and defaults; its docstring says what they are."""

    def generate(self, settings: Any, rng: np.random.Generator) -> Workload:
        """A workload; raises InputError where settings do not go together."""


@cache
def known_generators() -> dict[str, Generator]:
    """The generators by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(generators.__path__) if m.name[0] != "_")
    modules = {n: importlib.import_module(f"{generators.__name__}.{n}") for n in names}
    return {n: cast(Generator, m) for n, m in modules.items()}


def is_generator(spec: str) -> bool:
    """Whether a text names a generator (`lublin`, `lublin:days=90`) and not a file."""
    return spec.partition(":")[0] in known_generators()


def generate(spec: str, *, cores: int | None = None, seed: int = 0) -> Workload:
    """The workload that `name:key=value,...` describes; same spec and seed, same bytes.

    `cores` and `seed` hold where the spec does not say them itself. Raises InputError with every
    unknown name and impossible value in the spec.
    """
    name, _, text = spec.partition(":")
    known = known_generators()
    if name not in known:
        hint = nearest(name, list(known))
        raise InputError(Problem(f"there is no generator {name!r}", spec, hint=hint))
    given = {"seed": str(seed)} | ({} if cores is None else {"cores": str(cores)})
    hints = get_type_hints(known[name].Settings) | {"seed": int}
    settings = _settings(spec, {k: v for k, v in given.items() if k in hints}, text, hints)
    used_seed = settings.pop("seed")
    if used_seed < 0:
        raise InputError(Problem("a seed is not negative", spec, value=str(used_seed)))
    chosen = known[name].Settings(**settings)
    return known[name].generate(chosen, np.random.default_rng(np.random.SeedSequence(used_seed)))


def described(name: str) -> dict[str, Any]:
    """The settings of a generator and their defaults (None: chosen by the others)."""
    kinds = known_generators()[name].Settings
    return {f.name: None if f.default is MISSING else f.default for f in fields(kinds)}


def _settings(
    spec: str, given: Mapping[str, str], text: str, kinds: Mapping[str, Any]
) -> dict[str, Any]:
    problems: list[Problem] = []
    values = {k: _value(spec, k, v, kinds[k], problems) for k, v in given.items()}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key, equals, value = (p.strip() for p in part.partition("="))
        if not equals:
            problems.append(Problem("a setting is key=value", spec, value=part))
        elif key not in kinds:
            hint = nearest(key, sorted(kinds))
            problems.append(Problem(f"unknown setting {key!r}", spec, hint=hint))
        else:
            values[key] = _value(spec, key, value, kinds[key], problems)
    if problems:
        raise InputError(problems)
    return values


def _value(spec: str, key: str, text: str, kind: Any, problems: list[Problem]) -> Any:
    """The value of a setting in its own type; whole numbers may be written as 1e6."""
    allowed = str(kind)
    try:
        if "int" in allowed:
            number = float(text)
            if number != int(number):
                raise ValueError
            return int(number)
        if "float" in allowed:
            if not np.isfinite(float(text)):
                raise ValueError
            return float(text)
    except (ValueError, OverflowError):
        rule = "a whole number" if "int" in allowed else "a number"
        problems.append(Problem(f"{key} cannot be read", spec, value=text, rule=rule))
    return text
