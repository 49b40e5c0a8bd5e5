"""`hpcsim job why`: what holds a job, and what would help?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import job_state as given
from . import options as common

if TYPE_CHECKING:
    from hpcsim.studies.predict.prediction import Prediction
    from hpcsim.studies.predict.reason import Reason
    from hpcsim.studies.predict.remedies import Remedy
    from hpcsim.studies.predict.state import State

EXAMPLES = """
Examples:

  hpcsim job why 4711 --state KTH-SP2.swf.gz@8000000

  hpcsim job why run.sh --state queue.json --sinfo sinfo.txt
"""
_SHOWN = 6


def why(
    job: str = typer.Argument(..., help="The id of a job that waits, or a job description."),
    state: str = given.STATE,
    args: str = typer.Option("", help="Options given on the command line."),
    limit: float | None = given.LIMIT,
    user: str | None = given.USER,
    policy: str | None = given.POLICY,
    cores: int | None = given.CORES,
    recorded: bool = given.RECORDED,
    sinfo: str | None = given.SINFO,
    partition: str | None = given.PARTITION,
    history: str | None = given.HISTORY,
    futures: int = given.FUTURES,
    seed: int = common.SEED,
    as_json: bool = common.JSON,
) -> None:
    """Tell why a job waits, behind whom, and which other request would start sooner."""
    from hpcsim.studies.predict.prediction import Predictor
    from hpcsim.studies.predict.question import ask_file, ask_row, elsewhere
    from hpcsim.studies.predict.state import load_state

    from .show import print_json, tell_of_compiling

    tell_of_compiling()

    def of_partition(name: str | None, size: int | None = None) -> State:
        return load_state(
            state,
            policy=policy,
            cores=size,
            recorded=recorded,
            sinfo=sinfo,
            partition=name,
            history=history,
        )

    found = of_partition(partition, cores)
    predictor = Predictor(found, seed, futures)
    if Path(job).is_file():
        (wanted, *_) = given.wanted_of([job], args, limit)
        reason, answer, helps = ask_file(predictor, wanted, found.user_code(user))
    else:
        row = found.row_of(job)
        wanted = predictor.wanted_of(row)
        reason, answer, helps = ask_row(predictor, row)
    if answer is not None and sinfo is not None:
        # Without sinfo nobody knows how large the other partitions are.
        middle = float(answer.wait_s[1])
        helps += elsewhere(predictor, wanted, middle, of_partition)
        helps.sort(key=lambda each: -each.start_gain_s)
    if as_json:
        print_json(_as_json(reason, answer, helps))
        return
    _print(job, reason, found)
    if answer is not None:
        typer.echo("\n".join(given.lines_of(answer, found)))
        _print_helps(helps)


def _as_json(reason: Reason, answer: Prediction | None, helps: list[Remedy]) -> dict[str, object]:
    return {
        "reason": reason.name,
        "text": reason.text,
        "ahead": reason.ahead,
        "behind": [vars(each) for each in reason.blockers],
        "wait_s": None if answer is None else answer.wait_s.tolist(),
        "helps": [vars(each) for each in helps],
    }


def _print(job: str, reason: Reason, state: State) -> None:
    from .job_read import shown
    from .show import duration

    typer.echo(f"{shown(job)}: {reason.name}. {reason.text}")
    for each in reason.blockers:
        what = "runs on" if each.running else "waits for"
        until = "at most " + duration(each.until_s) + (" more" if each.running else "")
        who = f" of user {shown(each.user)}" if each.user else ""
        typer.echo(f"  job {shown(each.id)}{who} {what} {each.cores:,} cores, {until}")
    more = reason.ahead - len(reason.blockers)
    if more > 0:
        typer.echo(f"  and {more:,} more")


def _print_helps(helps: list[Remedy]) -> None:
    if not helps:
        typer.echo("no other request that was tried would start sooner")
        return
    typer.echo("what would help, submitted now (medians):")
    for each in helps[:_SHOWN]:
        end = each.end_gain_s / 3600
        typer.echo(
            f"  {each.start_gain_s / 3600:6.1f} h sooner to start, "
            f"{abs(end):5.1f} h {'sooner' if end >= 0 else 'LATER '} to end: {each.text}"
            + (f" (cut by its limit in {each.cut_share:.0%})" if each.cut_share else "")
        )
