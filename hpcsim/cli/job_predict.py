"""`hpcsim job predict`: when will it start, with probabilities?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import job_state as given
from . import options as common

if TYPE_CHECKING:
    from hpcsim.studies.predict.prediction import Prediction
    from hpcsim.studies.predict.state import State

EXAMPLES = """
Examples:

  hpcsim job predict run.sh --state KTH-SP2.swf.gz@8000000

  hpcsim job predict run.sh --state runs/quarter@2027-05-10T09:00 --user user17

  squeue --json > queue.json; hpcsim job predict run.sh --state queue.json --history sacct.txt
"""


def predict(
    files: list[str] = typer.Argument(..., help="Job descriptions of any dialect."),
    state: str = given.STATE,
    args: str = typer.Option("", help='Options given on the command line, as "-n 4".'),
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
    out: Path | None = typer.Option(None, "-o", "--out", help="Write a page with a picture here."),
    as_json: bool = common.JSON,
) -> None:
    """Tell when jobs start and end: P10, P50 and P90 from simulated futures of the queue.

    Each is taken as submitted at the state's moment, by itself.
    """
    from hpcsim.studies.predict.prediction import Predictor
    from hpcsim.studies.predict.state import load_state

    from .show import note, print_json, tell_of_compiling

    tell_of_compiling()
    wanted, found = common.all_or_every_mistake(
        lambda: given.wanted_of(files, args, limit),
        lambda: load_state(
            state,
            policy=policy,
            cores=cores,
            recorded=recorded,
            sinfo=sinfo,
            partition=partition,
            history=history,
        ),
    )
    predictor = Predictor(found, seed, futures)
    answers = [predictor.predict(each, found.user_code(user)) for each in wanted]
    if not predictor.tested:
        note("nothing is known of past waits here: the quantiles are the simulation's own")
    if out is not None:
        from hpcsim.report.job.predict import write_prediction

        write_prediction(answers, found, out)
    if as_json:
        print_json(_as_json(answers, found, predictor.tested))
        return
    typer.echo(
        f"{len(found.running):,} jobs run and {len(found.waiting):,} wait on "
        f"{found.log.machine_cores:,} cores; {futures:,} futures under {found.policy.name}"
    )
    for answer in answers:
        typer.echo("\n".join(given.lines_of(answer, found)))


def _as_json(answers: Sequence[Prediction], found: State, tested: int) -> dict[str, object]:
    quantiles = ("p10", "p50", "p90")
    return {
        "now_s": found.now_s,
        "running": len(found.running),
        "waiting": len(found.waiting),
        "policy": found.policy.name,
        "tested_on": tested,
        "jobs": [
            {
                "name": answer.name,
                "wait_s": dict(zip(quantiles, answer.wait_s, strict=True)),
                "end_s": dict(zip(quantiles, answer.end_s, strict=True)),
                "reservation_s": answer.reserved_s,
            }
            for answer in answers
        ],
    }
