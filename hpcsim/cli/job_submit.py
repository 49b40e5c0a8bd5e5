"""`hpcsim job submit`: put a job or a workflow into simulated time and follow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import options as common

if TYPE_CHECKING:
    from hpcsim.studies.follow.follow import Followed
    from hpcsim.studies.follow.tasks import Tasks

EXAMPLES = """
Examples:

  hpcsim job submit workflow.json --cores 96

  hpcsim job submit workflow.json --scenario lublin:days=30,load=0.85 --cores 35000 --at 10

  hpcsim job submit workflow.json --scenario nanjing-quarter --at 30 --out gantt.html
"""
_SHOWN = 20


def submit(
    files: list[str] = typer.Argument(..., help="Job descriptions or workflows."),
    scenario: str | None = typer.Option(
        None, metavar="S", help="A scenario of the centre, a trace or a generator; none: empty."
    ),
    at: float = typer.Option(0.0, min=0.0, help="When, in days from the scenario's start."),
    cores: int = common.CORES,
    site: str = common.SITE,
    policy: str = common.POLICY,
    runtime: float | None = typer.Option(
        None, min=0.0, metavar="S", help="Seconds that tasks run for which nothing was recorded."
    ),
    seed: int = common.SEED,
    out: Path | None = typer.Option(None, "-o", "--out", help="Write a page with a Gantt chart."),
    as_json: bool = common.JSON,
) -> None:
    """Follow tasks through a simulated time: starts, waits, critical path, makespan.

    Tasks run as long as was recorded of them, else --runtime, else until their limit.
    """
    from .job_read import shown
    from .show import tell_of_compiling

    tell_of_compiling()
    for number, file in enumerate(files):
        tasks = _tasks(file, runtime)
        found = _follow(tasks, scenario, at, cores, site, policy, seed)
        if out is not None:
            from hpcsim.report.job.gantt import write_gantt

            page = out if len(files) == 1 else out.with_stem(f"{out.stem}-{number + 1}")
            write_gantt(found, shown(Path(file).name), page)
        _print_json(found, file) if as_json else _print(found, shown(file))


def _tasks(file: str, runtime: float | None) -> Tasks:
    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.follow.tasks import tasks_of

    from .job_read import read_description

    reading = read_description(file, "")
    if reading.errors:
        raise InputError([Problem(e.message, file, e.line, hint=e.hint) for e in reading.errors])
    return tasks_of(reading.jobs, file, runtime_s=runtime)


def _follow(
    tasks: Tasks, scenario: str | None, at_days: float, cores: int | None, site: str | None,
    policy: str, seed: int,
) -> Followed:  # fmt: skip
    from hpcsim.cluster.machine import Machine
    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.studies.demand import find_demand, machine_named
    from hpcsim.studies.follow.follow import follow, follow_in
    from hpcsim.units import DAY_S

    if scenario is not None:
        from hpcsim.simulation.scenario.shelf import is_scenario, load

        if is_scenario(scenario):
            return follow_in(load(scenario), tasks, at_days * DAY_S)
    machine = machine_named(site, cores)
    chosen = find_policy(policy)
    if scenario is None:
        size = cores or max(int(tasks.cores.sum()), 1)
        return follow(tasks, machine or Machine(size), chosen)
    demand = find_demand(scenario, cores=cores, seed=seed, oversized="drop", machine=machine)
    first = float(demand.workload.submit_s[0])
    return follow(
        tasks,
        machine or Machine(demand.cores),
        chosen,
        background=demand.workload,
        at_s=first + at_days * DAY_S,
    )


def _print(found: Followed, file: str) -> None:
    from .job_read import shown
    from .show import duration

    tasks = found.tasks
    typer.echo(
        f"{file}: {len(tasks):,} tasks take {duration(found.makespan_s)} on {found.cores:,} cores; "
        f"the critical path is {duration(found.ideal_s)} of {len(found.critical):,} tasks"
    )
    if found.unended:
        typer.echo(f"{found.unended:,} tasks had not ended when the scenario was over")
    for task in found.decisive()[:_SHOWN]:
        typer.echo(
            f"  {duration(found.start_s[task]):>10}  waited {duration(found.wait_s[task]):>9}  "
            f"ran {duration(found.end_s[task] - found.start_s[task]):>9}  "
            f"{shown(tasks.names[task])}"
        )
    more = len(found.decisive()) - _SHOWN
    if more > 0:
        typer.echo(f"  and {more:,} more tasks of the chain that decided the end")


def _print_json(found: Followed, file: str) -> None:
    import math

    from .show import print_json

    columns = (found.ready_s, found.start_s, found.end_s)
    rows = zip(found.tasks.names, found.tasks.cores.tolist(), *(c.tolist() for c in columns),
               strict=True)  # fmt: skip
    names = ("name", "cores", "ready_s", "start_s", "end_s")
    print_json(
        {
            "file": file,
            "tasks": len(found.tasks),
            "cores": found.cores,
            "at_s": found.at_s,
            "makespan_s": found.makespan_s,
            "critical_path_s": found.ideal_s,
            "critical_path": [found.tasks.names[task] for task in found.critical],
            "least_makespan_s": found.bound_s,
            "timeline": [
                {
                    k: None if isinstance(v, float) and math.isnan(v) else v
                    for k, v in zip(names, row, strict=True)
                }
                for row in rows
            ],
        }
    )
