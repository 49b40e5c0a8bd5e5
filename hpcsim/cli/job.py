"""`hpcsim job`: is a job description right, and how would another scheduler say it?"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from workloads.jobs import JobDescription, Reading
    from workloads.jobs.slurm.conf import Cluster

UNREADABLE = 2
JOB_FIELDS = (
    "nodes_min",
    "nodes_max",
    "tasks",
    "tasks_per_node",
    "cpus_per_task",
    "memory_per_node_mib",
    "memory_per_cpu_mib",
    "time_limit_s",
    "time_min_s",
    "partition",
    "qos",
    "account",
    "begin",
    "constraint",
    "gres",
    "licenses",
    "exclusive",
    "requeue",
    "nice",
    "nodelist",
    "exclude",
)
"""What `--json` copies from the model as it is; null where it was not asked for."""


def register(app: typer.Typer) -> None:
    """Add `hpcsim job` with its commands."""
    job = typer.Typer(help="Check, convert and predict job descriptions.", no_args_is_help=True)
    job.command()(check)
    job.command()(convert)
    app.add_typer(job, name="job")


def check(
    files: list[str] = typer.Argument(..., help="Job scripts, task files, workflows; - for stdin."),
    site: str | None = typer.Option(None, help="The site they shall run at (a slurm.conf works)."),
    slurm_conf: str | None = typer.Option(None, help="The cluster's slurm.conf."),
    args: str = typer.Option("", help='Options given on the command line, as "-n 4 --time=5".'),
    env: bool = typer.Option(False, "--env", help="Honour SBATCH_* and SLURM_* variables."),
    dialect: str | None = typer.Option(None, help="The dialect, where it is not recognised."),
    as_json: bool = typer.Option(False, "--json", help="Print a list, one object a file."),
) -> None:
    """Tell every mistake; exit 0 if all files are valid, 1 if not, 2 if one is unreadable."""
    from workloads.errors import InputError
    from workloads.jobs import Reading, Workflow
    from workloads.jobs.findings import Finding

    cluster = _cluster(site, slurm_conf)
    readings: list[Reading] = []
    unreadable = False
    for file in files:
        try:
            readings.append(_read(file, cluster, args, env, dialect))
        except InputError as error:
            unreadable = True
            found = tuple(Finding("error", p.message, hint=p.hint) for p in error.problems)
            readings.append(Reading(file, "unknown", Workflow(), found))
    if as_json:
        _print_json(readings)
    else:
        for reading in readings:
            _print_text(reading)
    valid = all(reading.valid for reading in readings)
    raise typer.Exit(UNREADABLE if unreadable else 0 if valid else 1)


def convert(
    file: str = typer.Argument(..., help="A job description of any dialect; - for stdin."),
    to: str = typer.Option(..., help="sbatch, pbs, lsf, tes, jsdl, wfformat or toml."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Where to; default stdout."),
    args: str = typer.Option("", help="Options given on the command line."),
    env: bool = typer.Option(False, "--env", help="Honour SBATCH_* and SLURM_* variables."),
    dialect: str | None = typer.Option(None, help="The dialect, where it is not recognised."),
) -> None:
    """Write a job description in another dialect; what that cannot say is listed on stderr."""
    from workloads.jobs.writing import write_jobs

    reading = _read(file, None, args, env, dialect)
    for finding in reading.findings:
        typer.echo(finding.text(_shown(file)), err=True)
    written = write_jobs(reading.workflow, to)
    for loss in written.losses:
        typer.echo(f"{_shown(file)}: {to} cannot say: {loss}", err=True)
    if out is None:
        sys.stdout.buffer.write(written.text.encode("utf-8", "surrogateescape"))
    else:
        out.write_bytes(written.text.encode("utf-8", "surrogateescape"))
    raise typer.Exit(0 if reading.valid else 1)


def _shown(text: str) -> str:
    """`text` without control characters, for a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _cluster(site: str | None, slurm_conf: str | None) -> Cluster | None:
    """The cluster to check against. A site that is a `slurm.conf` counts as one."""
    from workloads.jobs import read_cluster

    path = slurm_conf or site
    return None if path is None else read_cluster(path)


def _read(file: str, cluster: Cluster | None, args: str, env: bool, dialect: str | None) -> Reading:
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


def _print_text(reading: Reading) -> None:
    file = _shown(reading.file)
    for finding in reading.findings:
        typer.echo(_shown_lines(finding.text(file)))
    verdict = "valid" if reading.valid else f"{len(reading.errors)} mistakes"
    count = len(reading.jobs)
    typer.echo(f"{file}: {reading.dialect}, {count} job{'s' * (count != 1)}: {verdict}")


def _shown_lines(text: str) -> str:
    return "\n".join(_shown(line) for line in text.split("\n"))


def _print_json(readings: list[Reading]) -> None:
    import json

    typer.echo(json.dumps([_as_json(reading) for reading in readings], indent=2))


def _as_json(reading: Reading) -> dict[str, object]:
    return {
        "file": reading.file,
        "dialect": reading.dialect,
        "valid": reading.valid,
        "errors": [_finding(f) for f in reading.errors],
        "warnings": [_finding(f) for f in reading.warnings],
        "jobs": [_job(job) for job in reading.jobs],
    }


def _finding(finding: object) -> dict[str, object]:
    names = ("line", "option", "value", "message", "hint")
    return {name: getattr(finding, name) for name in names}


def _job(job: JobDescription) -> dict[str, object]:
    from workloads.jobs.texts import dependency_text

    array = job.array
    return {
        "name": job.name,
        **{name: getattr(job, name) for name in JOB_FIELDS},
        "array": array.text if array else None,
        "array_size": array.size if array else None,
        "array_throttle": array.throttle if array else None,
        "dependency": dependency_text(job),
    }
