"""`hpcsim bench`: measure this machine, remember it, compare it, show it."""

from __future__ import annotations

import typer

from . import exchange, history, listing, measure

commands = typer.Typer(
    help="The benchmark suite: what this machine can do, and how sure that is.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    for part in (listing, measure, history, exchange):
        part.register(commands)
    app.add_typer(commands, name="bench")
