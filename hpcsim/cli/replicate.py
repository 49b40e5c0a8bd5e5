"""`hpcsim replicate`: one scenario, many futures, every figure with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from .study_options import Asked, study_command

if TYPE_CHECKING:
    from hpcsim.studies.study.metric import Metric
    from hpcsim.studies.study.study import Spent

EXAMPLES = """
Examples:

  hpcsim replicate nanjing-quarter --runs 20 --out studies/quarter

  hpcsim replicate nanjing-quarter --until-halfwidth "p95_wait_s<5%" --out studies/tight

  hpcsim replicate poisson:jobs=50000,servers=16,load=0.8 --warmup 200000 --runs 10 --json

  hpcsim replicate trace.swf.gz --workload-resampling users --runs 30
"""
RUNS = typer.Option(20, metavar="N", help="Independent runs; one alone is cut into batches.")
UNTIL = typer.Option(
    None, metavar="QUESTION", help='Runs until half the interval is so small: "p95_wait_s<5%".'
)
METRICS = typer.Option(
    None, "--metric", metavar="METRIC", help='A further figure: "p95_wait_s[user=u12]".'
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(study_command(replicate))


def replicate(
    asked: Asked,
    runs: int = RUNS,
    until_halfwidth: list[str] | None = UNTIL,
    metric: list[str] | None = METRICS,
) -> None:
    """Run a scenario with many seeds: every figure as a mean and its 95 % interval."""
    from functools import partial

    from hpcsim.studies.study.metric import parse_tightness, parsed_metrics

    from .options import all_or_every_mistake

    subject, metrics, *wanted = all_or_every_mistake(
        asked.subject,
        partial(parsed_metrics, metric or []),
        *(partial(parse_tightness, text) for text in until_halfwidth or []),
    )
    if asked.only_told(subject, runs, more=bool(wanted)):
        return
    from hpcsim.studies import replicate as studies

    metrics += [each.metric for each in wanted]
    with asked.study(subject, metrics) as study:
        found = studies.replicate_until(study, wanted) if wanted else studies.replicate(study, runs)
        spent = study.spent
        answer = asked.finish(
            study,
            "replicate",
            f"What is to be expected of {subject.name}?",
            studies.sentence(found),
            {
                "figures": studies.as_dict(found),
                "asked": [str(each) for each in metrics],
                "runs": spent.runs,
                "failed": spent.failed,
            },
        )
    _show(asked, subject.title, answer, metrics, spent)


def _show(
    asked: Asked, title: str, answer: dict[str, Any], metrics: Sequence[Metric], spent: Spent
) -> None:
    from .show import print_json
    from .show_study import print_figures, tell_spent

    if asked.as_json:
        print_json(answer)
    else:
        print_figures(answer["figures"], [str(metric) for metric in metrics], title)
    tell_spent(spent, asked.out)
