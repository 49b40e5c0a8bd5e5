"""Which dialects there are and which one a file is written in: by content first, then by name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ..errors import InputError, Problem, nearest
from . import readers
from .findings import Findings
from .model import Workflow
from .slurm.submission import Context
from .source import Source


@dataclass(frozen=True)
class Dialect:
    """One reader: its name, the endings of its files, how to recognise and how to read one."""

    name: str
    suffixes: tuple[str, ...]
    looks_like: Callable[[str], bool]
    read: Callable[[Source, Context, Findings], Workflow]


@cache
def dialects() -> dict[str, Dialect]:
    """Every reader, by name; adding a file to the folder adds a dialect."""
    found: dict[str, Dialect] = {}
    for info in pkgutil.iter_modules(readers.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{readers.__name__}.{info.name}")
        found[module.NAME] = Dialect(
            module.NAME, tuple(module.SUFFIXES), module.looks_like, module.read
        )
    return found


def dialect_of(source: Source, context: Context, wanted: str | None = None) -> Dialect:
    """The dialect of a file; `InputError` if it is none of the known ones.

    A script with another scheduler's directives that is checked against a Slurm cluster is what
    sbatch makes of it, unless its name says that it belongs to the other scheduler.
    """
    known = dialects()
    if wanted is not None:
        if wanted not in known:
            raise InputError(Problem(f"no dialect {wanted!r}", hint=nearest(wanted, sorted(known))))
        return known[wanted]
    named = next((d for d in known.values() if source.basename.endswith(d.suffixes)), None)
    head = source.head()
    script = head.lstrip("\ufeff \t\r\n").startswith("#")
    if script and known["slurm-chain"].looks_like(head):
        return known["slurm-chain"]
    if script and context.cluster is not None and (named is None or named.name == "sbatch"):
        return known["sbatch"]
    alike = [dialect for dialect in known.values() if dialect.looks_like(head)]
    if named is not None and (named in alike or not alike):
        return named
    if alike:
        return alike[0]
    if script or "\n#" in head or (context.cluster and source.basename.endswith(".sh")):
        return known["sbatch"]
    raise InputError(
        Problem(
            "not recognised as a job description",
            source.name,
            hint="say which dialect it is: " + ", ".join(sorted(known)),
        )
    )
