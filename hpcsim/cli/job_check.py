"""`hpcsim job check`: is a job description right, and what does it waste?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import job_read as given
from .job_read import shown, shown_lines

if TYPE_CHECKING:
    from hpcsim.studies.requests import Against, Checked
    from workloads.jobs import Finding, JobDescription

UNREADABLE = 2
EXAMPLES = """
Examples:

  hpcsim job check run.sh --site nanjing --history sacct.txt

  hpcsim job check run.sh --site nanjing --program "samtools sort" --calibration calibration

  hpcsim job check *.sbatch --slurm-conf slurm.conf --args "-n 4 --time=5" --env --json
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


def check(
    files: list[str] = typer.Argument(..., help="Job scripts, task files, workflows; - for stdin."),
    site: str | None = typer.Option(None, help="Where it shall run: a site or a slurm.conf."),
    slurm_conf: str | None = typer.Option(None, help="The cluster's slurm.conf."),
    args: str = given.ARGS,
    env: bool = given.ENV,
    dialect: str | None = given.DIALECT,
    history: str | None = typer.Option(None, help="Ended jobs to judge limits by: a trace, sacct."),
    program: str | None = typer.Option(
        None, help="What all jobs run, where their commands do not tell; judged with --site."
    ),
    calibration: Path | None = typer.Option(
        None, help="Scaling as `hpcsim calibrate` measured it: calibration.json or its folder."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print a list, one object a file."),
) -> None:
    """Tell every mistake; exit 0 if all files are valid, 1 if not, 2 if one is unreadable."""
    from hpcsim.studies.requests import Checked
    from hpcsim.studies.requests import check as judge
    from workloads.errors import InputError
    from workloads.jobs import Finding, Reading, Workflow

    against = _against(slurm_conf or site, history, program, calibration)
    answers: list[Checked] = []
    unreadable = False
    for file in files:
        try:
            reading = given.read(file, against.cluster, args, env, dialect)
            answers.append(judge(reading, against))
        except InputError as error:
            unreadable = True
            found = tuple(Finding("error", p.message, hint=p.hint) for p in error.problems)
            answers.append(Checked(Reading(file, "unknown", Workflow(), found)))
    if as_json:
        _print_json(answers)
    else:
        for answer in answers:
            _print_text(answer)
    valid = all(answer.reading.valid for answer in answers)
    raise typer.Exit(UNREADABLE if unreadable else 0 if valid else 1)


def _against(
    place: str | None, history: str | None, program: str | None, calibration: Path | None
) -> Against:
    """What to check against; InputError where a curve is wanted and there is no site for it."""
    from hpcsim.studies.requests import Against

    cluster = site = ended = curves = None
    if place is not None:
        from hpcsim.studies.requests import load_cluster

        cluster, site = load_cluster(place)
    if history is not None:
        import workloads

        ended = workloads.read(history)[0]
    if site is not None:
        from hpcsim import calibration as calibrations
        from hpcsim.studies.requests import Curves

        known = calibrations.load(calibration) if calibration else calibrations.as_shipped()
        curves = Curves(site, known, program)
    elif program is not None or calibration is not None:
        from workloads.errors import InputError

        raise InputError("--program and --calibration need a site: --site NAME or a site file")
    return Against(cluster, site, ended, curves)


def _print_text(answer: Checked) -> None:
    reading = answer.reading
    file = shown(reading.file)
    for finding in reading.findings:
        typer.echo(shown_lines(finding.text(file)))
    for waste in answer.waste:
        said = replace(waste, value=None).text(file)
        typer.echo(shown_lines(said.replace("warning: ", "wasteful: ", 1)))
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


def _print_json(answers: list[Checked]) -> None:
    import json

    typer.echo(json.dumps([_as_json(answer) for answer in answers], indent=2))


def _as_json(answer: Checked) -> dict[str, object]:
    reading = answer.reading
    jobs = [_job(job) for job in reading.jobs]
    for job, partitions in zip(jobs, answer.partitions, strict=False):
        job["partitions"] = partitions
    for job, cost in zip(jobs, answer.costs, strict=False):
        job["cost"] = None if cost is None else vars(cost)
    for job, scaling in zip(jobs, answer.scalings, strict=False):
        job["scaling"] = None if scaling is None else vars(scaling)
    return {
        "file": reading.file,
        "dialect": reading.dialect,
        "valid": reading.valid,
        "errors": [_finding(f) for f in reading.errors],
        "warnings": [_finding(f) for f in (*reading.warnings, *answer.waste)],
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
