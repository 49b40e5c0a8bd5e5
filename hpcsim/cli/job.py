"""`hpcsim job`: is a job description right, and how would another scheduler say it?"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import job_backtest, job_predict, job_submit, job_why

if TYPE_CHECKING:
    from hpcsim.site import Site
    from hpcsim.studies.requests import Cost
    from workloads.jobs import Finding, JobDescription, Reading
    from workloads.jobs.slurm.conf import Cluster
    from workloads.workload import Workload

UNREADABLE = 2
CHECKS = """
Examples:

  hpcsim job check run.sh --site nanjing --history sacct.txt

  hpcsim job check *.sbatch --slurm-conf slurm.conf --args "-n 4 --time=5" --env --json
"""
CONVERSIONS = """
Examples:

  hpcsim job convert run.sh --to pbs -o run.pbs

  hpcsim job convert workflow.json --to sbatch > submit.sh
"""
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


@dataclass
class _Answer:
    """What is told of one file."""

    reading: Reading
    partitions: list[tuple[str, ...]] = field(default_factory=list)
    costs: list[Cost | None] = field(default_factory=list)
    waste: list[str] = field(default_factory=list)

    def wasteful(self) -> list[Finding]:
        """The sentences on waste as warnings."""
        from workloads.jobs import Finding

        return [Finding("warning", text) for text in self.waste]


def register(app: typer.Typer) -> None:
    """Add `hpcsim job` with its commands."""
    job = typer.Typer(help="Check, convert and predict job descriptions.", no_args_is_help=True)
    job.command(epilog=CHECKS)(check)
    job.command(epilog=CONVERSIONS)(convert)
    job.command(epilog=job_predict.EXAMPLES)(job_predict.predict)
    job.command(epilog=job_why.EXAMPLES)(job_why.why)
    job.command(epilog=job_submit.EXAMPLES)(job_submit.submit)
    job.command(epilog=job_backtest.EXAMPLES)(job_backtest.backtest)
    app.add_typer(job, name="job")


def check(
    files: list[str] = typer.Argument(..., help="Job scripts, task files, workflows; - for stdin."),
    site: str | None = typer.Option(None, help="Where it shall run: a site or a slurm.conf."),
    slurm_conf: str | None = typer.Option(None, help="The cluster's slurm.conf."),
    args: str = typer.Option("", help='Options given on the command line, as "-n 4 --time=5".'),
    env: bool = typer.Option(False, "--env", help="Honour SBATCH_* and SLURM_* variables."),
    dialect: str | None = typer.Option(None, help="The dialect, where it is not recognised."),
    history: str | None = typer.Option(None, help="Ended jobs to judge limits by: a trace, sacct."),
    as_json: bool = typer.Option(False, "--json", help="Print a list, one object a file."),
) -> None:
    """Tell every mistake; exit 0 if all files are valid, 1 if not, 2 if one is unreadable."""
    from workloads.errors import InputError
    from workloads.jobs import Reading, Workflow
    from workloads.jobs.findings import Finding

    cluster, place = _place(slurm_conf or site)
    ended = _ended(history)
    answers: list[_Answer] = []
    unreadable = False
    for file in files:
        try:
            answers.append(_answer(_read(file, cluster, args, env, dialect), cluster, place, ended))
        except InputError as error:
            unreadable = True
            found = tuple(Finding("error", p.message, hint=p.hint) for p in error.problems)
            answers.append(_Answer(Reading(file, "unknown", Workflow(), found)))
    if as_json:
        _print_json(answers)
    else:
        for answer in answers:
            _print_text(answer)
    valid = all(answer.reading.valid for answer in answers)
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
        typer.echo(finding.text(shown(file)), err=True)
    written = write_jobs(reading.workflow, to)
    for loss in written.losses:
        typer.echo(f"{shown(file)}: {to} cannot say: {loss}", err=True)
    if out is None:
        sys.stdout.buffer.write(written.text.encode("utf-8", "surrogateescape"))
    else:
        out.write_bytes(written.text.encode("utf-8", "surrogateescape"))
    raise typer.Exit(0 if reading.valid else 1)


def shown(text: str) -> str:
    """`text` without control characters, for a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _place(name: str | None) -> tuple[Cluster | None, Site | None]:
    """The cluster to check against, and the site if it is one."""
    if name is None:
        return None, None
    from hpcsim.studies.requests import load_cluster

    return load_cluster(name)


def _ended(history: str | None) -> Workload | None:
    if history is None:
        return None
    import workloads

    return workloads.read(history)[0]


def _answer(
    reading: Reading, cluster: Cluster | None, site: Site | None, ended: Workload | None
) -> _Answer:
    from datetime import datetime

    answer = _Answer(reading)
    if cluster is not None:
        from workloads.jobs.where import all_partitions

        answer.partitions = all_partitions(reading.jobs, cluster, datetime.now())
    if site is not None:
        from hpcsim.studies.requests import cost_of, waste_of

        answer.costs = [cost_of(job, site) for job in reading.jobs]
        for job in reading.jobs:
            answer.waste += [text for text in waste_of(job, site) if text not in answer.waste]
    if ended is not None:
        from hpcsim.studies.requests import limit_against

        told = dict.fromkeys(limit_against(job, ended) for job in reading.jobs)
        answer.waste += [text for text in told if text is not None]
    return answer


def read_description(file: str, args: str) -> Reading:
    """What a file asks for, with options given beside it."""
    return _read(file, None, args, False, None)


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


def _print_text(answer: _Answer) -> None:
    reading = answer.reading
    file = shown(reading.file)
    for finding in reading.findings:
        typer.echo(_shown_lines(finding.text(file)))
    for text in answer.waste:
        typer.echo(f"{file}: wasteful: {text}")
    count = len(reading.jobs)
    wrong = len(reading.errors)
    verdict = "valid" if reading.valid else f"{wrong} mistake{'s' * (wrong != 1)}"
    typer.echo(f"{file}: {reading.dialect}, {count} job{'s' * (count != 1)}: {verdict}")
    if answer.partitions:
        everywhere = set(answer.partitions[0]).intersection(*answer.partitions)
        typer.echo(f"{file}: can run in {', '.join(sorted(everywhere)) or 'no partition'}")
    costs = [cost for cost in answer.costs if cost is not None]
    if costs:
        parts = (
            f"{sum(c.core_h for c in costs):,.1f} core-hours",
            f"{sum(c.yuan for c in costs):,.2f} yuan",
            f"{sum(c.kwh for c in costs):,.2f} kWh",
            f"{sum(c.co2_kg for c in costs):,.2f} kg CO2",
        )
        typer.echo(f"{file}: costs at most {', '.join(parts)}")


def _shown_lines(text: str) -> str:
    return "\n".join(shown(line) for line in text.split("\n"))


def _print_json(answers: list[_Answer]) -> None:
    import json

    typer.echo(json.dumps([_as_json(answer) for answer in answers], indent=2))


def _as_json(answer: _Answer) -> dict[str, object]:
    reading = answer.reading
    jobs = [_job(job) for job in reading.jobs]
    for job, partitions in zip(jobs, answer.partitions, strict=False):
        job["partitions"] = partitions
    for job, cost in zip(jobs, answer.costs, strict=False):
        job["cost"] = None if cost is None else vars(cost)
    wasteful = [_finding(finding) for finding in answer.wasteful()]
    return {
        "file": reading.file,
        "dialect": reading.dialect,
        "valid": reading.valid,
        "errors": [_finding(f) for f in reading.errors],
        "warnings": [_finding(f) for f in reading.warnings] + wasteful,
        "jobs": jobs,
    }


def _finding(finding: Finding) -> dict[str, object]:
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
