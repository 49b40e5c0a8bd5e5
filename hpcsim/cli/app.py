"""The command tree: every file of this folder that has a `register` function is a command."""

from __future__ import annotations

import importlib
import pkgutil

import typer

from hpcsim import __version__, cli

app = typer.Typer(
    name="hpcsim",
    help="Simulate the scheduler, the cluster and the centre; measure the machine behind them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(show: bool) -> None:
    if show:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    pass


for _name in sorted(module.name for module in pkgutil.iter_modules(cli.__path__)):
    if _name != "app":
        _module = importlib.import_module(f"{cli.__name__}.{_name}")
        if hasattr(_module, "register"):
            _module.register(app)
