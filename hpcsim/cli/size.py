"""`hpcsim size`: the smallest capacity that meets all targets, and until when it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from .study_options import Asked, study_command

if TYPE_CHECKING:
    from hpcsim.studies.size.question import Question
    from hpcsim.studies.size.size import Sized
    from hpcsim.studies.study.study import Spent

EXAMPLES = """
Examples:

  hpcsim size nanjing-quarter --target "p95_wait_s[class=clinical]<2h" --vary cluster.nodes --cost

  hpcsim size nanjing-quarter --target "p95_wait_s<4h" --target "records.nights_missed<=5"
    --vary cluster.nodes=800:1000:1 --confidence 0.9 --runs 100 --out studies/size

  hpcsim size poisson:servers=8,load=0.9,jobs=50000 --target "mean_wait_s<60" --vary cores=8:20:1

  hpcsim size nanjing-quarter --target "p95_wait_s<4h" --quarters 4 --growth research=1.1,1.3,1.6
"""
TARGET = typer.Option(..., metavar="TARGET", help='A metric and its bound: "p95_wait_s<2h".')
VARY = typer.Option(
    [], metavar="WHAT", help="The capacity: a path, alone or =low:high:step; further ones as lists."
)
CONFIDENCE = typer.Option(0.95, metavar="SHARE", help="Share of the futures that meet all targets.")
RUNS = typer.Option(
    60, metavar="N", help="Futures of each point: more find a smaller capacity; fewer where clear."
)
MOST_RUNS = 10_000
COST = typer.Option(False, "--cost", help="Choose the cheapest, and say what it costs.")
PRICE = typer.Option(None, metavar="PATH=YUAN", help="What one more of a capacity costs.")
QUARTERS = typer.Option(None, metavar="N", help="Look at so many quarters, under --growth.")
GROWTH = typer.Option(
    None,
    metavar="WHAT=RATES",
    help="Demand a year: research=1.2, or low, middle, high: 1.1,1.2,1.4.",
)
HISTORY = typer.Option(
    None, metavar="TRACE", help="Fit the growth of research to the core-hours of a trace."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(study_command(size))


def size(
    asked: Asked,
    target: list[str] = TARGET,
    vary: list[str] = VARY,
    confidence: float = CONFIDENCE,
    runs: int = RUNS,
    cost: bool = COST,
    price: list[str] | None = PRICE,
    quarters: int | None = QUARTERS,
    growth: list[str] | None = GROWTH,
    history: str | None = HISTORY,
) -> None:
    """Find the smallest, or cheapest, capacity that meets all targets in most futures.

    With --quarters: when today's machine and its storage stop meeting them, under growth.
    """
    if quarters is not None or growth or history:
        from .size_forecast import forecast

        forecast(asked, target, vary, confidence, runs, quarters or 4, growth or [], history)
        return
    question, subject = _question(asked, target, vary, confidence, runs, cost, price or [])
    if asked.only_told(subject, question.runs, more=True):
        return
    from hpcsim.studies.size.size import size as sized

    metrics = [each.metric for each in question.targets]
    with asked.study(subject, metrics) as study:
        found = sized(study, question)
        paths = " and ".join(axis.path for axis in question.axes)
        ask = f"How large must {paths} be?"
        asked.finish(study, "size", ask, found.sentence, found.as_dict())
        spent = study.spent
    _show(asked, found, subject.title, spent)
    if found.values is None:
        raise typer.Exit(1)


def _question(
    asked: Asked,
    target: list[str],
    vary: list[str],
    confidence: float,
    runs: int,
    cost: bool,
    price: list[str],
) -> tuple[Question, Any]:
    from functools import partial

    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.size.cost import prices
    from hpcsim.studies.size.question import Question
    from hpcsim.studies.study.metric import parse_target
    from hpcsim.studies.sweep.axes import parsed_axes

    from .options import all_or_every_mistake

    subject, _, *targets = all_or_every_mistake(
        asked.subject,
        partial(check_confidence, confidence, runs),
        *(partial(parse_target, text) for text in target),
    )
    axes = parsed_axes(vary, subject)
    if not axes:
        hint = "the capacity to search, as in --vary cluster.nodes; the subject has: "
        known = ", ".join(subject.paths()[:12])
        raise InputError(Problem("nothing is varied", "--vary", hint=hint + known + ", ..."))
    found = prices(price, [axis.path for axis in axes]) if cost or price else {}
    return Question(tuple(targets), tuple(axes), confidence, runs, found), subject


def check_confidence(confidence: float, runs: int) -> None:
    """InputError where there is no such share, or nobody has the time for so many runs."""
    from hpcsim.errors import InputError, Problem

    problems = []
    if not 0.5 <= confidence < 1:
        rule = "a share of the futures from 0.5 to less than 1"
        problems.append(
            Problem("no such confidence", "--confidence", value=f"{confidence:g}", rule=rule)
        )
    elif not 1 <= runs <= MOST_RUNS:
        rule = f"from 1 to {MOST_RUNS:,}; no fewer are made than can show the share"
        problems.append(Problem("no such number of runs", "--runs", value=str(runs), rule=rule))
    if problems:
        raise InputError(problems)


def _show(asked: Asked, found: Sized, title: str, spent: Spent) -> None:
    from hpcsim import words

    from .show import note, print_json, print_table
    from .show_study import tell_spent

    if asked.as_json:
        print_json(found.as_dict())
    else:
        paths = [axis.path for axis in found.question.axes]
        names = list(found.verdict.means)
        rows = []
        for each in found.tried:
            cells = [f"{each.changes[path]:,}" for path in paths]
            for name in names:
                mean = each.means[name]
                cells.append(words.estimate(name, mean.mean, mean.low, mean.high))
            cells += [f"{each.met} of {each.runs}", "yes" if each.enough else "no"]
            rows.append(cells)
        head = [*paths, *(f"{name} (95 %)" for name in names), "met", "enough"]
        print_table(head, rows, title)
    note(found.sentence)
    tell_spent(spent, asked.out)
