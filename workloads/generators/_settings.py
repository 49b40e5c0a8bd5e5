"""Rules that the settings of every generator keep to."""

from __future__ import annotations

from typing import Any

from ..errors import InputError, Problem, nearest

MOST_JOBS = 50_000_000
MOST_CORES = 100_000_000
MOST_USERS = 1_000_000


def in_range(name: str, settings: Any, **ranges: tuple[float, float]) -> list[Problem]:
    """A problem for each setting that is given and lies outside its closed range."""
    problems = []
    for key, (low, high) in ranges.items():
        value = getattr(settings, key)
        if value is not None and not low <= value <= high:
            rule = f"from {low:,g} to {high:,g}"
            problems.append(Problem(f"{key} is out of range", name, value=str(value), rule=rule))
    return problems


def one_of(name: str, settings: Any, **choices: tuple[str, ...]) -> list[Problem]:
    """A problem for each setting that is none of its choices."""
    problems = []
    for key, known in choices.items():
        value = getattr(settings, key)
        if value not in known:
            hint = nearest(value, known)
            problems.append(Problem(f"unknown {key}", name, value=value, hint=hint))
    return problems


def refuse(problems: list[Problem]) -> None:
    """Raise InputError if there are any."""
    if problems:
        raise InputError(problems)
