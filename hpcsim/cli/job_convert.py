"""`hpcsim job convert`: how would another scheduler say it?"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from . import job_read as given
from .job_read import shown

EXAMPLES = """
Examples:

  hpcsim job convert run.sh --to pbs -o run.pbs

  hpcsim job convert workflow.json --to sbatch > submit.sh
"""


def convert(
    file: str = typer.Argument(..., help="A job description of any dialect; - for stdin."),
    to: str = typer.Option(..., help="sbatch, pbs, lsf, tes, jsdl, wfformat or toml."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Where to; default stdout."),
    args: str = given.ARGS,
    env: bool = given.ENV,
    dialect: str | None = given.DIALECT,
) -> None:
    """Write a job description in another dialect; what that cannot say is listed on stderr."""
    from workloads.jobs.writing import write_jobs

    reading = given.read(file, None, args, env, dialect)
    for finding in reading.findings:
        typer.echo(finding.text(shown(file)), err=True)
    written = write_jobs(reading.workflow, to)
    for loss in written.losses:
        typer.echo(f"{shown(file)}: {to} cannot say: {loss}", err=True)
    if out is None:
        sys.stdout.buffer.write(written.text.encode("utf-8", "surrogateescape"))
    else:
        out.write_bytes(written.text.encode("utf-8", "surrogateescape"))
    raise typer.Exit(0 if reading.valid else 1)
