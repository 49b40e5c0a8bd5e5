"""`hpcsim policies`: what there is, one line each, with its source."""

from __future__ import annotations

import typer

from . import options as given


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(policies)


def policies(as_json: bool = given.JSON) -> None:
    """List the scheduling policies: name, what it does, where it was published."""
    from hpcsim.cluster.policy import policies as all_policies

    from .show import print_json

    found = all_policies()
    if as_json:
        print_json([{"name": p.name, "summary": p.summary, "source": p.source} for p in found])
        return
    for each in found:
        typer.echo(f"{each.name:18} {each.summary}  [{each.source}]")
