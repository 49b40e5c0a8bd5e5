"""What commands put on a terminal: figures on standard output, all else on standard error."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import typer

HEADLINE = (
    ("jobs", "jobs"),
    ("mean_wait_s", "mean wait"),
    ("median_wait_s", "median wait"),
    ("p95_wait_s", "19 in 20 wait less than"),
    ("max_wait_s", "longest wait"),
    ("mean_bounded_slowdown", "mean bounded slowdown"),
    ("utilization", "utilization"),
    ("timeout_jobs", "cut by their limit"),
    ("makespan_s", "makespan"),
    ("core_wall_s", "time in the core"),
    ("jobs_per_s", "jobs a second in the core"),
)
_SHOW_AFTER_S = 1.0


def note(text: str) -> None:
    """Say something beside the result."""
    typer.echo(text, err=True)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a result for programs."""
    typer.echo(json.dumps(value, indent=2, allow_nan=False))


def print_summary(summary: Mapping[str, Any], title: str) -> None:
    """Print the figures of one run for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), show_header=False, box=None, padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, label in HEADLINE:
        if summary.get(name) is not None:
            table.add_row(label, spoken(name, summary[name]))
    Console().print(table)


def spoken(name: str, value: Any) -> str:
    """A figure as a person would write it: its unit is in its name."""
    if value is None:
        return "-"
    if name == "utilization":
        return f"{value:.1%}"
    if name.endswith("_s") and not name.endswith("per_s"):
        return duration(float(value))
    if isinstance(value, int) or float(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.3g}" if name != "mean_bounded_slowdown" else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """Seconds in the largest unit that leaves at least one of it."""
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if abs(seconds) >= length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.2f} s" if abs(seconds) < 10 else f"{seconds:,.0f} s"


@contextlib.contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, gone when done; nothing where that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def print_comparison(summaries: Mapping[str, Mapping[str, Any]], title: str) -> None:
    """Print the figures of several runs side by side."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), box=None, padding=(0, 2))
    table.add_column("", style="dim")
    for name in summaries:
        table.add_column(Text(name), justify="right")
    for figure, label in HEADLINE:
        table.add_row(label, *(spoken(figure, s.get(figure)) for s in summaries.values()))
    Console().print(table)
