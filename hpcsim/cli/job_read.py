"""What the commands of `hpcsim job` share: reading a description, and showing its texts."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from workloads.jobs import Reading
    from workloads.jobs.slurm.conf import Cluster

ARGS = typer.Option("", help='Options given on the command line, as "-n 4 --time=5".')
ENV = typer.Option(False, "--env", help="Honour SBATCH_* and SLURM_* variables.")
DIALECT = typer.Option(None, help="The dialect, where it is not recognised.")


def shown(text: str) -> str:
    """`text` without control characters, for a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def shown_lines(text: str) -> str:
    """The same, line by line."""
    return "\n".join(shown(line) for line in text.split("\n"))


def read_description(file: str, args: str) -> Reading:
    """What a file asks for, with options given beside it."""
    return read(file, args=args)


def read(
    file: str,
    cluster: Cluster | None = None,
    args: str = "",
    env: bool = False,
    dialect: str | None = None,
) -> Reading:
    """A file, or standard input for `-`, as it would be submitted to `cluster`."""
    from workloads.errors import InputError, Problem
    from workloads.jobs import Source, read_source, read_text
    from workloads.jobs.source import MOST_BYTES, expand

    try:
        arguments = shlex.split(args)
    except ValueError as error:
        raise InputError(Problem(f"--args cannot be split: {error}", value=args)) from None
    if file == "-":
        source = Source("stdin", expand(sys.stdin.buffer.read(MOST_BYTES + 1), "stdin"))
    else:
        source = read_source(file)
    environment: Mapping[str, str] = {}
    if env:
        environment = {k: v for k, v in os.environ.items() if k.startswith(("SBATCH_", "SLURM_"))}
    return read_text(
        source, cluster=cluster, dialect=dialect, arguments=arguments, environment=environment
    )
