"""Reading any job description: the one entrance that finds the dialect and never raises for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from .findings import Findings
from .model import Workflow
from .reading import Reading
from .registry import Dialect, dialect_of
from .slurm.conf import Cluster, read_conf
from .slurm.submission import Context
from .source import Source, read_source
from .where import check_places

SLURM_WORDS = frozenset(("sbatch", "slurm-chain", "toml"))
"""Dialects whose further options are those of sbatch."""


def read_jobs(
    path: Path | str,
    *,
    cluster: Cluster | None = None,
    dialect: str | None = None,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Reading:
    """Read a job description or workflow; `InputError` only where the file cannot be read at all.

    `cluster` is what it is checked against, `arguments` are options given on the command line,
    `environment` the variables that count (none if left out), `now` the local time of submission.
    """
    return read_text(
        read_source(path),
        cluster=cluster,
        dialect=dialect,
        arguments=arguments,
        environment=environment,
        now=now,
    )


def read_text(
    source: Source,
    *,
    cluster: Cluster | None = None,
    dialect: str | None = None,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Reading:
    """The same for bytes that are already here."""
    context = Context(now or datetime.now(), cluster, tuple(arguments), dict(environment or {}))
    found = dialect_of(source, context, dialect)
    findings = Findings()
    workflow = _read(found, source, context, findings)
    if cluster is not None and found.name not in ("sbatch", "slurm-chain"):
        check_places(workflow.jobs, cluster, context.now, findings)
    if not workflow.jobs and not findings.errors:
        findings.error("there is no job in the file")
    return Reading(source.name, found.name, workflow, tuple(findings.items), tuple(findings.places))


def _read(dialect: Dialect, source: Source, context: Context, findings: Findings) -> Workflow:
    """What the reader makes of the file; a value that the model itself refuses is a mistake too."""
    try:
        return _named(dialect.read(source, context, findings), dialect.name)
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            field = ".".join(str(part) for part in wrong["loc"])
            findings.error(
                f"{field}: {wrong['msg']}", option=field, value=str(wrong["input"])[:200]
            )
        return Workflow()


def _named(workflow: Workflow, dialect: str) -> Workflow:
    """Options without a field of their own get the dialect's name, unless they are sbatch's."""
    if dialect in SLURM_WORDS or not any(job.extra for job in workflow.jobs):
        return workflow
    jobs = (
        job.model_copy(
            update={
                "extra": tuple((k if k == "export" else f"{dialect}:{k}", v) for k, v in job.extra)
            }
        )
        for job in workflow.jobs
    )
    return workflow.model_copy(update={"jobs": tuple(jobs)})


def read_cluster(path: Path | str) -> Cluster:
    """The cluster that a `slurm.conf` describes; what is odd in it is passed over."""
    return read_conf(read_source(path), Findings())
