"""What all readers share: a figure as a program printed it becomes a result."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..results import Figure, Result

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
MOST_NAME = 120
# Printed units, as multiples of the ones that figures are kept in.
UNITS: Mapping[str, tuple[float, str]] = {
    "GB/s": (1e9, "B/s"),
    "MB/s": (1e6, "B/s"),
    "MiB/s": (2.0**20, "B/s"),
    "GiB/s": (2.0**30, "B/s"),
    "KB/s": (1e3, "B/s"),
    "B/s": (1.0, "B/s"),
    "Tflop/s": (1e12, "flop/s"),
    "Gflop/s": (1e9, "flop/s"),
    "GFLOP/s": (1e9, "flop/s"),
    "GFlop/s": (1e9, "flop/s"),
    "GFLOPS": (1e9, "flop/s"),
    "Mflop/s": (1e6, "flop/s"),
    "GUP/s": (1e9, "updates/s"),
    "us": (1e-6, "s"),
    "ms": (1e-3, "s"),
    "s": (1.0, "s"),
}
SMALLER_IS_BETTER = ("s",)


@dataclass(frozen=True)
class Reader:
    """A program's output: how it is recognised and what is read from it."""

    program: str
    recognizes: Callable[[str], bool]
    read: Callable[[str], list[Result]]


@dataclass(frozen=True)
class Run:
    """What an output says of the run as a whole: who made it, how, and whether it was right."""

    program: str
    statement: str
    ok: bool = True
    ranks: int = 0
    parameters: dict[str, float] = field(default_factory=dict)


def result(
    run: Run,
    name: str,
    value: float,
    unit: str,
    low: float | None = None,
    high: float | None = None,
) -> Result:
    """A printed figure; none is in it if the program itself found the run wrong.

    `low` and `high` are the least and the greatest that the program printed.
    """
    name = re.sub(r"[^\w./+:@%=,-]+", "_", name)[:MOST_NAME]
    scale, kept = UNITS.get(unit, (1.0, unit[:MOST_NAME]))
    better = kept not in SMALLER_IS_BETTER
    least, most = (low if low is not None else value), (high if high is not None else value)
    best = most if better else least
    figure = Figure(value * scale, kept, least * scale, most * scale, best * scale, better)
    usable = math.isfinite(value)
    found = Result(
        key=f"{run.program}/{name}",
        kernel=name,
        group="imported",
        title=f"{run.program}: {name}",
        size="",
        parameters=run.parameters,
        threads=1,
        ranks=run.ranks,
        status="ok",
        statement=run.statement,
        figure=figure,
        program=run.program,
    )
    if run.ok and usable:
        return found
    return found.without_figures("wrong", run.statement if usable else f"{name}: not a number")


def first(pattern: str, text: str, default: str = "") -> str:
    """The first group of the first match, or `default`."""
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else default


def whole(text: str) -> int:
    """A count that a program printed, or 0."""
    return int(text) if text.isdigit() and len(text) <= 9 else 0
