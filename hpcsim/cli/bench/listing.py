"""`hpcsim bench list`: the kernels and the suites."""

from __future__ import annotations

import typer

from .shared import AS_JSON, print_json


def register(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("list")(list_kernels)


def list_kernels(as_json: bool = AS_JSON) -> None:
    """The kernels by group, and the suites."""
    from kernels import registry
    from kernels.harness import suites

    found = [(registry.group_of(n), n, registry.summary(n)) for n in registry.names()]
    purposes = [(name, suites.find(name).purpose) for name in suites.names()]
    if as_json:
        kernels = [dict(zip(("group", "name", "summary"), row, strict=True)) for row in found]
        print_json({"kernels": kernels, "suites": dict(purposes)})
        return
    for group in registry.GROUPS:
        typer.echo(group)
        for _, name, summary in (row for row in found if row[0] == group):
            typer.echo(f"  {name:18} {summary}")
    typer.echo("suites")
    for name, purpose in purposes:
        typer.echo(f"  {name:18} {purpose}")
