"""`hpcsim job backtest`: how far can predicted starts be believed?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from . import options as given

if TYPE_CHECKING:
    from hpcsim.studies.predict.backtest import Backtest

EXAMPLES = """
Examples:

  hpcsim job backtest KTH-SP2.swf.gz

  hpcsim job backtest trace.swf --recorded --moments 500 --json
"""


def backtest(
    trace: str = given.WORKLOAD,
    cores: int = given.CORES,
    policy: str = given.POLICY,
    recorded: bool = typer.Option(
        False, "--recorded", help="Predict the recorded waits instead of a replay under --policy."
    ),
    moments: int = typer.Option(2000, min=1, max=1_000_000, help="Predictions to make."),
    futures: int = typer.Option(64, min=2, max=10_000, help="Futures of each."),
    seed: int = typer.Option(0, min=0, help="Seed of everything that is drawn."),
    oversized: str = typer.Option("drop", help="Jobs larger than the machine: error or drop."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write a page here."),
    as_json: bool = given.JSON,
) -> None:
    """Predict the starts of a history with what was known then, and score it.

    Without --recorded the world is a replay of TRACE under --policy, which the predictor knows;
    with it, the waits are those of the real machine, whose policy nobody knows.
    """
    from hpcsim.cluster.policy import policy as find_policy
    from hpcsim.rng import stream
    from hpcsim.studies.demand import find_demand
    from hpcsim.studies.predict import world
    from hpcsim.studies.predict.backtest import backtest as run

    from .show import note, progress, tell_of_compiling

    chosen, demand = given.all_or_every_mistake(
        lambda: find_policy(policy),
        lambda: find_demand(trace, cores=cores, seed=seed, oversized=oversized),
    )
    for line in demand.repair_lines:
        note(line)
    tell_of_compiling()
    log = world.recorded(demand, trace) if recorded else world.replayed(demand, chosen)
    with progress("predicting", moments) as tell:
        found = run(
            log,
            chosen,
            stream(seed, "predict"),
            moments=moments,
            futures=futures,
            progress=tell,
        )
    where = "as recorded" if recorded else f"replayed under {chosen.name}"
    title = f"{Path(trace).name.partition(':')[0]} {where}"
    if out is not None:
        from hpcsim.report.job.backtest import write_backtest

        write_backtest(found, log, title, out)
    _print_json(found, title) if as_json else _print_text(found, log, title)


def _print_json(found: Backtest, title: str) -> None:
    from dataclasses import asdict

    from .show import print_json

    print_json(
        {
            "world": title,
            "jobs": found.jobs,
            "waited": found.waited,
            "predictions": len(found.rows),
            "best_rival": found.best_rival(),
            "pinball_below_best_rival": found.gain(),
            "methods": {name: asdict(score) for name, score in found.scores().items()},
        }
    )


def _print_text(found: Backtest, log: object, title: str) -> None:
    from hpcsim.studies.predict.weakness import weaknesses

    typer.echo(f"{title}: {found.waited:,} of {found.jobs:,} jobs had to wait")
    typer.echo(f"{len(found.rows):,} predictions at submission, each with what was known then\n")
    _print_table(
        ("method", "P10-P90 holds", "below", "above", "pinball loss", "median width"),
        [
            (
                name,
                f"{score.coverage:.1%}",
                f"{score.below:.1%}",
                f"{score.above:.1%}",
                f"{score.pinball_s:,.0f} s",
                f"{score.width_s:,.0f} s",
            )
            for name, score in found.scores().items()
        ],
    )
    gain = found.gain()
    better = f"{gain:.0%} below" if gain >= 0 else f"{-gain:.0%} ABOVE"
    typer.echo(f"\npinball loss {better} the best rival ({found.best_rival()})")
    for line in weaknesses(found, log):  # type: ignore[arg-type]
        typer.echo(line)


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        typer.echo("  ".join(cells))
