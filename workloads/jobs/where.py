"""Where a job of any dialect could run: it is put to the cluster's controller in sbatch's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from .findings import Finding, Findings
from .model import JobDescription, Workflow
from .slurm.conf import Cluster
from .slurm.submission import Context, read_submission
from .source import Source
from .writers.sbatch import write

MOST_SHAPES = 2000
"""Different requests of one file that are checked; the rest of a huge workflow is passed over."""
_ELSEWHERE = """
    id name dependencies script steps inputs outputs recorded stdin stdout stderr workdir shell
    environment extra comment mail_type mail_user begin deadline hold
"""
_NOT_PLACED = _ELSEWHERE.split()


def request_of(job: JobDescription) -> JobDescription:
    """What of a job matters for where it can run; equal for jobs that ask for the same."""
    defaults = JobDescription()
    return job.model_copy(update={name: getattr(defaults, name) for name in _NOT_PLACED})


def refusals(job: JobDescription, cluster: Cluster, now: datetime) -> tuple[Finding, ...]:
    """Why the cluster would refuse the job or never start it; empty if it can run."""
    findings = Findings()
    text = write(Workflow(jobs=(request_of(job),))).text
    strict = replace(cluster, enforce_part_limits="ALL")
    read_submission(Source("job", text.encode("utf-8", "replace")), Context(now, strict), findings)
    return tuple(replace(f, line=None, column=None) for f in findings.errors)


def partitions_for(job: JobDescription, cluster: Cluster, now: datetime) -> tuple[str, ...]:
    """The partitions in which the job could run with nothing else there, in the cluster's order.

    Where it names some, only those are looked at.
    """
    wanted = (job.partition or "").split(",")
    names = [p.name for p in cluster.partitions if job.partition is None or p.name in wanted]
    return tuple(
        name
        for name in names
        if not refusals(job.model_copy(update={"partition": name}), cluster, now)
    )


def all_partitions(
    jobs: Iterable[JobDescription], cluster: Cluster, now: datetime
) -> list[tuple[str, ...]]:
    """The same for many jobs, looked up once for all that ask for the same."""
    known: dict[JobDescription, tuple[str, ...]] = {}
    found = []
    for job in jobs:
        key = request_of(job)
        if key not in known:
            known[key] = partitions_for(job, cluster, now) if len(known) < MOST_SHAPES else ()
        found.append(known[key])
    return found


def check_places(
    jobs: Iterable[JobDescription], cluster: Cluster, now: datetime, findings: Findings
) -> None:
    """Note what the cluster would refuse, once for all jobs that ask for the same."""
    first: dict[JobDescription, JobDescription] = {}
    for job in jobs:
        first.setdefault(request_of(job), job)
        if len(first) > MOST_SHAPES:
            break
    for job in first.values():
        for refusal in refusals(job, cluster, now):
            name = job.id or job.name
            message = f"{name}: {refusal.message}" if len(first) > 1 and name else refusal.message
            findings.add(replace(refusal, message=message))
