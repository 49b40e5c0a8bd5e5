"""Options that several commands share, described once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

WORKLOAD = typer.Argument(
    metavar="WORKLOAD", help="A trace file, or a generator such as lublin:days=90,load=0.85."
)
CORES = typer.Option(
    None, metavar="N", help="Cores of the machine; the trace's own size without, 35,000 if drawn."
)
POLICY = typer.Option("easy", metavar="NAME", help="Who starts when; `hpcsim policies` lists them.")
POLICIES = typer.Option(
    ["fcfs", "easy"], "--policy", metavar="NAME", help="A policy; give the option once for each."
)
CYCLE = typer.Option(
    "event", metavar="WHEN", help="When passes are made: event, instant, or every so many seconds."
)
ESTIMATES = typer.Option(
    "limit", metavar="KIND", help="Run times as believed: limit, clairvoyant, user-average."
)
FEEDBACK = typer.Option(False, "--feedback", help="Honour preceding jobs and think times.")
LOAD = typer.Option(
    None, metavar="X", help="Stretch the gaps between submissions to this offered load."
)
SEED = typer.Option(0, metavar="N", help="Seed of everything that is drawn.")
OVERSIZED = typer.Option(
    "error", metavar="WAY", help="Jobs larger than the machine: error or drop."
)
STRICT = typer.Option(False, "--strict", help="Refuse a trace that has to be repaired.")
WARMUP = typer.Option(
    0.0, metavar="S", help="Leave jobs of the first so many seconds out of the figures."
)
COOLDOWN = typer.Option(
    0.0, metavar="S", help="Leave jobs of the last so many seconds out of the figures."
)
OUT = typer.Option(
    None, metavar="DIR", help="Folder to keep the run in; an older run there is replaced."
)
REPORT = typer.Option(True, "--report/--no-report", help="Draw report.html into the folder.")
VERIFY = typer.Option(False, "--verify", help="Check the invariants of the finished schedule.")
JSON = typer.Option(False, "--json", help="Print the figures as JSON on standard output.")
SITE = typer.Option(
    None, metavar="SITE", help="Run on the nodes of this site; `hpcsim site list` has some."
)
PLACEMENT = typer.Option(
    "first-fit",
    metavar="RULE",
    help="Which nodes: first-fit, best-fit, pack, spread, contiguous, topology.",
)
MAINTENANCE = typer.Option(
    False, "--maintenance", help="Start nothing that would run into the site's planned windows."
)


def all_or_every_mistake(*steps: Callable[[], Any]) -> list[Any]:
    """What each step returns; InputError with the mistakes of all of them, not only the first's."""
    from hpcsim.errors import InputError, Problem

    results: list[Any] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            results.append(step())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return results


def on_the_command_line(context: typer.Context) -> dict[str, Any]:
    """The options that somebody has written, and not left at their defaults."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {
        name: context.params[name]
        for name, source in sources.items()
        if source is not None and source.name == "COMMANDLINE"
    }
