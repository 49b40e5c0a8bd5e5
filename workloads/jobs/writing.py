"""Writing jobs in another dialect, with a list of what it cannot say."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from ..errors import InputError, Problem, nearest, printable
from . import writers
from .model import JobDescription, Workflow

MOST_LOSSES = 100
_SILENT = frozenset({"id", "recorded"})
"""What no request says: the name within a file, and the past."""


@dataclass(frozen=True)
class Written:
    """A description in a dialect and what had to be left out of it."""

    text: str
    losses: tuple[str, ...] = ()


@cache
def _writers() -> dict[str, Callable[[Workflow], Written]]:
    found = {}
    for info in pkgutil.iter_modules(writers.__path__):
        if not info.name.startswith("_"):
            module = importlib.import_module(f"{writers.__name__}.{info.name}")
            found[module.NAME] = module.write
    return found


def write_jobs(workflow: Workflow, to: str) -> Written:
    """The jobs in the dialect `to`; `InputError` if there is no such writer or no job."""
    known = _writers()
    if to not in known:
        hint = nearest(to, sorted(known))
        raise InputError(Problem(f"cannot write the dialect {printable(to)}", hint=hint))
    if not workflow.jobs:
        raise InputError(Problem("there is no job to write"))
    return known[to](workflow)


def own_extra(job: JobDescription, dialect: str) -> list[tuple[str, str | None]]:
    """The options that only this dialect has, as it wrote them."""
    prefix = f"{dialect}:"
    return [(k.removeprefix(prefix), v) for k, v in job.extra if k.startswith(prefix)]


def losses(
    jobs: Iterable[JobDescription],
    said: frozenset[str],
    kept: Callable[[str], bool] = lambda key: False,
) -> tuple[str, ...]:
    """What of the jobs is in none of the fields `said`, each thing once, with its value.

    `kept` tells for the name of an option without a field whether it is written.
    """
    found: dict[str, None] = {}
    for job in jobs:
        prefix = f"{printable(job.id or job.name or 'job', 40)}: "
        for field, info in JobDescription.model_fields.items():
            value = getattr(job, field)
            if field in said or field in _SILENT or value == info.get_default():
                continue
            if field == "extra":
                lost = [pair for pair in job.extra if not kept(pair[0])]
                found.update({f"{prefix}{_option(*pair)}": None for pair in lost})
            else:
                found[f"{prefix}{field} = {printable(_plain(value), 60)}"] = None
            if len(found) > MOST_LOSSES:
                return (*list(found)[:MOST_LOSSES], "... and more")
    return tuple(found)


def _option(name: str, value: str | None) -> str:
    shown = name if ":" in name else f"--{name}"
    return shown if value is None else f"{shown} {printable(value, 60)}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
