"""The command tree: every file of this folder that has a `register` function is a command."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import typer
from typer.core import TyperGroup

from hpcsim import __version__, cli


class _Root(TyperGroup):
    """The commands, a line each, in plain letters: rich's boxes would double the time of that."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.rich_markup_mode = None
        super().format_help(ctx, formatter)


app = typer.Typer(
    name="hpcsim",
    cls=_Root,
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
