"""What commands put on a terminal: figures on standard output, all else on standard error."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from . import stopping

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

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


def note(text: str) -> None:
    """Say something beside the result."""
    typer.echo(text, err=True)


def note_folder(out: Path, *, report: bool) -> None:
    """Say where a run was written, and its report if it has one."""
    note(f"the run is in {out}" + (f", its report in {out / 'report.html'}" if report else ""))


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a result for programs: a mapping as `summary.json` holds it."""
    if isinstance(value, Mapping):
        from hpcsim.simulation.encode import as_json

        typer.echo(as_json(value), nl=False)
    else:
        typer.echo(json.dumps(value, indent=2, allow_nan=False))


def print_rows(rows: Sequence[tuple[str, str]], title: str) -> None:
    """Print figures and their names for people."""
    table = _table(show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for label, value in rows:
        table.add_row(label, value)
    console = _console()
    _headline(console, title)
    console.print(table)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Print rows of texts under a head; names, in the first column, stay whole where there is room.

    A column that must not wrap is cropped where it does not fit, so only up to half the terminal.
    """
    from rich.text import Text

    console, table = _console(), _table()
    longest = max(len(row[0]) for row in (head, *rows))
    for place, name in enumerate(head):
        table.add_column(
            Text(name),
            justify="right" if place else "left",
            overflow="fold",
            no_wrap=not place and 2 * longest <= console.width,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _headline(console, title)
    console.print(table)


def print_summary(summary: Mapping[str, Any], title: str) -> None:
    """Print the figures of one run for people."""
    known = [(name, label) for name, label in HEADLINE if summary.get(name) is not None]
    print_rows([(label, spoken(name, summary[name])) for name, label in known], title)


def print_comparison(summaries: Mapping[str, Mapping[str, Any]], title: str) -> None:
    """Print the figures of several runs side by side, below each other where they do not fit."""
    console = _console()
    _headline(console, title)
    names = list(summaries)
    while names:
        shown = names
        while len(shown) > 1 and _width(_comparison(summaries, shown), console) > console.width:
            shown = shown[:-1]
        console.print(_comparison(summaries, shown))
        names = names[len(shown) :]


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
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, gone when done; where that is no terminal nothing is shown.

    What it yields is to be called now and then in either case: that is when a run can be stopped.
    """
    if not sys.stderr.isatty():
        yield lambda done, of: stopping.check()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what, markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)
            stopping.check()

        yield advance


@functools.cache
def tell_of_compiling() -> None:
    """From now on say, once, if numba compiles anything: that takes some ten seconds."""
    from numba.core import event

    class Teller(event.Listener):  # type: ignore[misc]  # numba publishes no types
        told = False

        def on_start(self, event: Any) -> None:
            if not self.told:
                self.told = True
                note("compiling the core, once; later runs start at once")

        def on_end(self, event: Any) -> None:
            """Nothing to say."""

    event.register("numba:compile", Teller())


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _table(*, show_header: bool = True) -> Table:
    from rich.table import Table

    return Table(show_header=show_header, box=None, padding=(0, 2, 0, 0))


def _headline(console: Console, title: str) -> None:
    """The title on lines of its own: a long one must not stretch or break the table."""
    from rich.text import Text

    console.print(Text(title, style="bold"), overflow="fold")


def _comparison(summaries: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> Table:
    from rich.text import Text

    table = _table()
    table.add_column("", style="dim")
    for name in names:
        table.add_column(Text(name), justify="right")
    for figure, label in HEADLINE:
        table.add_row(label, *(spoken(figure, summaries[name].get(figure)) for name in names))
    return table


def _width(table: Table, console: Console) -> int:
    from rich.measure import Measurement

    # Measured without the terminal's limit, which would hide that a table is too wide.
    return Measurement.get(console, console.options.update(max_width=10**6), table).maximum
