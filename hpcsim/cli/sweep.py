"""`hpcsim sweep`: a scenario at many points, and which inputs move the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from .study_options import Asked, study_command

if TYPE_CHECKING:
    from hpcsim.studies.study.study import Spent
    from hpcsim.studies.sweep.sweep import Swept

EXAMPLES = """
Examples:

  hpcsim sweep nanjing-quarter --vary cluster.nodes=800:1000:25 --runs 20 --out studies/nodes

  hpcsim sweep nanjing-quarter --vary policy=easy,saf-easy --vary demand.research.scale=1.0,1.2

  hpcsim sweep nanjing-quarter --vary assumptions --morris 10 --runs 1 --metric storage.fill

  hpcsim sweep poisson:servers=8,jobs=5000 --vary cores=6:12 --lhs 20 --runs 5

  hpcsim sweep trace.swf.gz --workload-resampling weeks --vary load=0.7:0.95:0.05
"""
VARY = typer.Option(
    [], metavar="WHAT", help="path=low:high:step, path=low:high, path=a,b,c, or assumptions."
)
RUNS = typer.Option(10, metavar="N", help="Runs at every point.")
LHS = typer.Option(None, metavar="N", help="N points of a Latin hypercube instead of the grid.")
MORRIS = typer.Option(None, metavar="N", help="N trajectories of Morris: which inputs matter?")
SOBOL = typer.Option(None, metavar="N", help="Sobol indices from N x (inputs + 2) points.")
METRICS = typer.Option(None, "--metric", metavar="METRIC", help="Also show and rank by this.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXAMPLES)(study_command(sweep))


def sweep(
    asked: Asked,
    vary: list[str] = VARY,
    runs: int = RUNS,
    lhs: int | None = LHS,
    morris: int | None = MORRIS,
    sobol: int | None = SOBOL,
    metric: list[str] | None = METRICS,
) -> None:
    """Run a scenario at many points; rank the inputs by how far they move the answer."""
    from functools import partial

    from hpcsim.studies.study.metric import parsed_metrics
    from hpcsim.studies.sweep.axes import parsed_axes
    from hpcsim.studies.sweep.sweep import planned
    from hpcsim.studies.sweep.sweep import sweep as swept

    from .options import all_or_every_mistake

    subject, metrics, design = all_or_every_mistake(
        asked.subject,
        partial(parsed_metrics, metric or []),
        partial(_design, lhs=lhs, morris=morris, sobol=sobol),
    )
    plan = planned(parsed_axes(vary, subject), design, asked.seed or subject.seed)
    if asked.only_told(subject, runs * len(plan.points)):
        return
    with asked.study(subject, metrics) as study:
        found = swept(study, plan, runs, [str(each) for each in metrics])
        name = next(iter(found.by_point[0]))
        question = f"What moves {name} of {subject.name}?"
        asked.finish(study, "sweep", question, found.sentence(name), found.as_dict())
        spent = study.spent
    _show(asked, found, subject.title, spent)


def _design(**sizes: int | None) -> Any:
    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.sweep.sweep import Design

    given = {kind: size for kind, size in sizes.items() if size is not None}
    if len(given) > 1:
        names = " and ".join(f"--{kind}" for kind in given)
        raise InputError(Problem("a sweep has one design", value=names))
    return Design(*next(iter(given.items()))) if given else Design()


def _show(asked: Asked, found: Swept, title: str, spent: Spent) -> None:
    from hpcsim import words

    from .show import print_json, print_table
    from .show_study import tell_spent

    if asked.as_json:
        print_json(found.as_dict())
        return
    names = list(found.by_point[0])
    paths = [axis.path for axis in found.plan.axes]
    if found.plan.design.kind in ("grid", "lhs"):
        rows = []
        for point, figures in zip(found.plan.points, found.by_point, strict=True):
            cells = [_short(point[path]) for path in paths]
            for name in names:
                mean = figures[name].mean
                cells.append(words.estimate(name, mean.mean, mean.low, mean.high))
            rows.append(cells)
        head = [*paths, *(f"{name} (95 %)" for name in names)]
        print_table(head, rows, title)
    for name, influences in found.influences.items():
        if influences:
            ranks = [
                (each.path, f"{each.size:.3g}", f"{each.low:.3g} to {each.high:.3g}",
                 ", ".join(f"{k} {v:.3g}" for k, v in each.more.items()))
                for each in influences
            ]  # fmt: skip
            print_table(("", "influence", "95 %", ""), ranks, f"what moves {name}")
    tell_spent(spent, asked.out)


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
