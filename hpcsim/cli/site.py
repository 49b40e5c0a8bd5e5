"""`hpcsim site`: what sites there are, what one adds up to, and whether a file is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hpcsim.site import Site

commands = typer.Typer(help="The machines: list, show, check.", no_args_is_help=True)
AS_JSON = typer.Option(False, "--json", help="Print JSON.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(commands, name="site")


@commands.command("list")
def list_sites(as_json: bool = AS_JSON) -> None:
    """The sites that are shipped."""
    from hpcsim import site

    found = [site.load(name) for name in site.names()]
    if as_json:
        _print_json([{"name": s.name, "title": s.title, "cores": s.cores} for s in found])
        return
    for each in found:
        typer.echo(f"{each.name:14} {each.cores:>8,} cores  {each.title}")


@commands.command()
def show(
    name: str = typer.Argument(help="A shipped site, or a site file."), as_json: bool = AS_JSON
) -> None:
    """What a site adds up to, beside what is published, and where its values come from."""
    from hpcsim import site

    found = site.load(name)
    if as_json:
        _print_json(_as_data(found))
    else:
        _print_site(found)


@commands.command()
def check(
    file: str = typer.Argument(help="A site file, or a shipped site."), as_json: bool = AS_JSON
) -> None:
    """Whether a site file is right; every mistake with its line and the way out."""
    from hpcsim import site
    from hpcsim.errors import InputError

    try:
        found = site.load(file)
    except InputError as error:
        if not as_json:
            raise
        _print_json({"ok": False, "problems": [vars(problem) for problem in error.problems]})
        raise typer.Exit(2) from None
    if as_json:
        _print_json({"ok": True, "problems": []})
    else:
        typer.echo(f"{found.name}: right; {found.node_count:,} nodes, {found.cores:,} cores")


def _as_data(site: Site) -> dict[str, Any]:
    from hpcsim.site.figures import derived, marked

    return {
        "derived": {figure.name: figure.derived for figure in derived(site)},
        "published": {f.name: f.published for f in derived(site) if f.published is not None},
        "marks": {entry.path: str(entry.mark) for entry in marked(site)},
        "site": site.model_dump(mode="json", exclude_none=True),
    }


def _print_site(site: Site) -> None:
    from hpcsim.site.figures import derived, marked

    typer.echo(f"{site.name}: {site.title}\n")
    typer.echo(f"{'':22}{'derived':>14}{'published':>14}{'difference':>12}")
    for figure in derived(site):
        published = "" if figure.published is None else f"{figure.published:,.6g}"
        difference = "" if figure.difference is None else f"{figure.difference:+.2%}"
        line = f"{figure.name:22}{figure.derived:>14,.6g}{published:>14}{difference:>12}"
        typer.echo(line.rstrip())
    typer.echo("")
    for kind in site.nodes:
        typer.echo(
            f"node type {kind.name}: {kind.count} x {kind.cores} cores at {kind.clock_ghz:g} GHz, "
            f"{kind.memory_gib:g} GiB, {kind.rest_w:g} to {kind.work_w():g} W"
        )
    for queue in site.queues:
        limit = "any length" if queue.max_time_h is None else f"to {queue.max_time_h:g} h"
        default = ", default" if queue.name == site.default_partition.name else ""
        typer.echo(
            f"partition {queue.name}: {', '.join(queue.nodes) or 'all nodes'}, {limit}{default}"
        )
    marks = marked(site)
    if marks:
        typer.echo("\nS sourced, D derived, R recalled (confidence), A assumed, [low..high]:")
    for entry in marks:
        typer.echo(f"  {entry.path} = {_shown(entry.value)}\n      {entry.mark}")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, tuple):
        return ", ".join(_shown(inner) for inner in value)
    return f"{value:,.6g}" if isinstance(value, int | float) else str(value)


def _print_json(data: object) -> None:
    import json

    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
