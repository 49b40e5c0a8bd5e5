"""What `job predict` and `job why` share: the state, and what a description asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hpcsim.studies.predict.prediction import Prediction, Wanted
    from hpcsim.studies.predict.state import State

STATE = typer.Option(
    ...,
    metavar="STATE",
    help="RUN@TIME, TRACE@TIME, or a file of squeue --json or squeue -o.",
)
POLICY = typer.Option(None, metavar="NAME", help="What the scheduler does; easy where unknown.")
CORES = typer.Option(None, metavar="N", help="Cores of the machine or of the partition.")
RECORDED = typer.Option(False, "--recorded", help="A trace's recorded waits, not a replay.")
SINFO = typer.Option(None, metavar="FILE", help='Output of sinfo --json or sinfo -o "%P|%C".')
PARTITION = typer.Option(None, metavar="NAME", help="The partition, where squeue has several.")
HISTORY = typer.Option(None, metavar="FILE", help="Ended jobs beside squeue: sacct -P or a trace.")
USER = typer.Option(None, metavar="NAME", help="Who submits, as the state names users.")
LIMIT = typer.Option(None, metavar="H", min=0.0, help="Time limit in hours where there is none.")
FUTURES = typer.Option(200, min=10, max=10_000, help="Futures to simulate.")


def wanted_of(files: Sequence[str], args: str, limit_h: float | None) -> list[Wanted]:
    """What each job of the files asks for; of a workflow, the tasks that wait for nothing."""
    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.predict.prediction import MOST_ASKED, Wanted
    from workloads.jobs import Finding
    from workloads.jobs.shapes import shape_of

    from .job_read import read_description, shown
    from .show import note

    found: list[Wanted] = []
    problems: list[Problem] = []
    for file in files:
        reading = read_description(file, args)
        problems += [
            Problem(e.message, shown(file), e.line, value=e.value, hint=e.hint)
            for e in reading.errors
            if isinstance(e, Finding)
        ]
        ids = {job.id for job in reading.jobs if job.id is not None}
        first = [j for j in reading.jobs if not any(d.job in ids for d in j.dependencies)]
        if len(first) < len(reading.jobs):
            note(
                f"{shown(file)}: {len(first):,} of {len(reading.jobs):,} tasks wait for nothing; "
                "`hpcsim job submit` follows them all"
            )
        for job in first[:MOST_ASKED]:
            name = shown(job.name or job.id or file)
            limit = float(job.time_limit_s) if job.time_limit_s else None
            if limit is None and limit_h:
                limit = limit_h * 3600
            if limit is None:
                problems.append(
                    Problem(f"{name} has no time limit", shown(file), hint="--limit HOURS")
                )
                continue
            many = job.array.size if job.array else 1
            if many > MOST_ASKED:
                problems.append(
                    Problem(f"{name} is too large an array", shown(file), value=f"{many:,}",
                            rule=f"at most {MOST_ASKED:,} elements")
                )  # fmt: skip
                continue
            cores = max(shape_of(job).cpus, 1)
            found.append(Wanted(name, (cores,) * many, (limit,) * many))
    if problems:
        raise InputError(problems)
    return found


def lines_of(found: Prediction, state: State) -> list[str]:
    """A prediction in words and as bars."""
    start, end = (
        " · ".join(
            f"{name} {state.moment(at)}"
            for name, at in zip(("P10", "P50", "P90"), of.tolist(), strict=True)
        )
        for of in (found.wait_s, found.end_s)
    )
    lines = [found.sentence, f"  start  {start}", f"  end    {end}"]
    high = float(found.wait_s[2])
    if high > 0:
        lines += _bars(found, high)
    return lines


def _bars(found: Prediction, high: float) -> list[str]:
    """How likely it has started by when."""
    from .show import duration

    steps = [high * share for share in (0.1, 0.25, 0.5, 0.75, 1.0, 1.5)]
    lines = []
    for step in steps:
        share = found.chance_by(step)
        bar = "#" * round(30 * share)
        lines.append(f"  {'by ' + duration(step):>12}  {bar:<30} {share:4.0%}")
    return lines
