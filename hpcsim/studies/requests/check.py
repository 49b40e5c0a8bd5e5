"""All that is told of one file: mistakes, where it could run, what it costs, what it wastes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hpcsim.site import Site
from workloads.jobs import Finding, Reading
from workloads.jobs.findings import MOST_FINDINGS
from workloads.jobs.slurm.conf import Cluster
from workloads.workload import Workload

from .cost import Cost, cost_of
from .finding import Waste
from .limits import limit_against
from .scaling import Curves, Scaling, beyond_knee
from .waste import waste_of


@dataclass(frozen=True)
class Against:
    """What jobs are checked against; what is None is not looked at."""

    cluster: Cluster | None = None
    site: Site | None = None
    history: Workload | None = None
    curves: Curves | None = None


@dataclass(frozen=True)
class Checked:
    """A file's answer. The lists are empty, or have an entry a job."""

    reading: Reading
    partitions: tuple[tuple[str, ...], ...] = ()
    costs: tuple[Cost | None, ...] = ()
    scalings: tuple[Scaling | None, ...] = ()
    waste: tuple[Finding, ...] = ()


def check(reading: Reading, against: Against) -> Checked:
    """Everything that is known of a file's jobs."""
    jobs = reading.jobs
    partitions: tuple[tuple[str, ...], ...] = ()
    if against.cluster is not None:
        from workloads.jobs.where import all_partitions

        partitions = tuple(all_partitions(jobs, against.cluster, datetime.now()))
    site, curves = against.site, against.curves
    scalings = () if curves is None else tuple(curves.of(job) for job in jobs)
    return Checked(
        reading=reading,
        partitions=partitions,
        costs=() if site is None else tuple(cost_of(job, site) for job in jobs),
        scalings=scalings,
        waste=_once(_wasteful(reading, against, scalings)),
    )


def _wasteful(
    reading: Reading, against: Against, scalings: tuple[Scaling | None, ...]
) -> Iterable[Finding]:
    for at, job in enumerate(reading.jobs):
        found: list[Waste | None] = []
        if against.site is not None:
            found += waste_of(job, against.site)
        if scalings and (scaling := scalings[at]) is not None:
            found.append(beyond_knee(scaling))
        if against.history is not None:
            found.append(limit_against(job, against.history))
        yield from (waste.finding(reading, at) for waste in found if waste is not None)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each different finding, as many as anybody reads."""
    return tuple(dict.fromkeys(findings))[:MOST_FINDINGS]
