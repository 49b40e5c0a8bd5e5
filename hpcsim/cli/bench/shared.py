"""What the commands of the suite share: the store, JSON, and errors as users see them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from kernels.harness.store import Store

STORE = typer.Option(
    None, help="File of all measurements; without it $HPCSIM_BENCH_STORE or the user's own."
)
AS_JSON = typer.Option(False, "--json", help="Print JSON on standard output.")
SESSION = typer.Argument(-1, help="Number of a session; -1 is the last.")


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Mistakes that the suite finds, as the errors that the command line prints."""
    from hpcsim.errors import InputError, Problem
    from kernels.contract import KernelError
    from kernels.harness.errors import HarnessError

    try:
        yield
    except HarnessError as error:
        raise InputError(Problem(problem) for problem in error.problems) from None
    except KernelError as error:
        raise InputError(str(error)) from None


@contextlib.contextmanager
def opened(file: Path | None) -> Iterator[Store]:
    """The store of measurements, with its mistakes told."""
    from kernels.harness import store

    with told(), store.opened(file) as found:
        yield found


def print_json(data: Any) -> None:
    """`data` on standard output."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def written(text: str, out: Path | None) -> None:
    """Write `text` to a file, or to standard output without one."""
    if out is None:
        typer.echo(text.rstrip("\n"))
        return
    from hpcsim.errors import InputError, Problem

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            Problem(f"cannot be written: {error.strerror}", str(out), hint="choose another --out")
        ) from None
