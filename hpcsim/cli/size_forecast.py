"""`hpcsim size --quarters`: when today's machine and its stores stop being enough."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .options import all_or_every_mistake
from .study_options import Asked

if TYPE_CHECKING:
    from hpcsim.studies.forecast.forecast import Forecast
    from hpcsim.studies.forecast.growth import Growth


def forecast(
    asked: Asked,
    target: Sequence[str],
    vary: Sequence[str],
    confidence: float,
    runs: int,
    quarters: int,
    growth: Sequence[str],
    history: str | None,
) -> None:
    """Simulate the coming quarters; with --vary, also what each of them would need."""
    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.forecast.forecast import MOST_QUARTERS
    from hpcsim.studies.forecast.forecast import forecast as foreseen
    from hpcsim.studies.study.metric import parse_target
    from hpcsim.studies.sweep.axes import parsed_axes

    from .size import check_confidence

    if not 1 <= quarters <= MOST_QUARTERS:
        rule = f"from 1 to {MOST_QUARTERS}"
        problem = Problem(
            "no such number of quarters", "--quarters", value=str(quarters), rule=rule
        )
        raise InputError(problem)
    subject, growths, _, *targets = all_or_every_mistake(
        asked.subject,
        partial(_growths, growth, history),
        partial(check_confidence, confidence, runs),
        *(partial(parse_target, text) for text in target),
    )
    axes = parsed_axes(vary, subject)
    if asked.only_told(subject, runs * quarters * len(growths), more=bool(axes)):
        return
    with asked.study(subject, [each.metric for each in targets]) as study:
        found = foreseen(study, targets, growths, quarters, runs)
        answer = found.as_dict()
        if axes:
            answer["needed"] = _needed(study, found, targets, axes, confidence, runs)
        many = "quarter" if quarters == 1 else f"{quarters} quarters"
        ask = f"What breaks within {many}, and when?"
        answer = asked.finish(study, "forecast", ask, found.sentence, answer)
        spent = study.spent
    _show(asked, found, answer, subject.title, spent)


def _growths(texts: Sequence[str], history: str | None) -> list[Growth]:
    """What is said of growth; of research, what a trace shows: the low, middle and high end."""
    from hpcsim.studies.demand import find_demand
    from hpcsim.studies.forecast.growth import fitted, parse_growths

    from .show import note

    if history is None:
        return parse_growths(texts)
    found = fitted(find_demand(history).workload)
    note(
        f"{found.weeks} weeks of history: core-hours grow by {found.per_year:.3g} a year "
        f"(95 % interval {found.low:.3g} to {found.high:.3g})"
    )
    ends = ",".join(repr(rate) for rate in (found.low, found.per_year, found.high))
    return parse_growths([*texts, f"research={ends}"])


def _needed(
    study: Any, found: Forecast, targets: Sequence[Any], axes: Sequence[Any],
    confidence: float, runs: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """The capacity that each quarter of each course would need."""
    from hpcsim.studies.size.question import Question
    from hpcsim.studies.size.size import size

    question = Question(tuple(targets), tuple(axes), confidence, runs)
    return [
        {"growth": course.growth.label, "quarter": point["start"]}
        | {key: size(study, question, point).as_dict()[key] for key in ("answer", "sentence")}
        for course in found.courses
        for point in course.points
    ]


def _show(asked: Asked, found: Forecast, answer: dict[str, Any], title: str, spent: Any) -> None:
    from hpcsim import words

    from .show import note, print_json, print_table
    from .show_study import tell_spent

    if asked.as_json:
        print_json(answer)
        tell_spent(spent, asked.out)
        return
    for course in found.courses:
        rows, held = [], []
        for place, point in enumerate(course.points):
            means = {name: spreads[place].mean for name, spreads in course.figures.items()}
            figures = [words.estimate(n, of.mean, of.low, of.high) for n, of in means.items()]
            rows.append([point["start"], *figures])
            held.append([f"{spreads[place].mean.mean:.2f}" for spreads in course.levels.values()])
        head = ["quarter", *(f"{name} (95 %)" for name in course.figures)]
        print_table(head, rows, f"{title}; {course.growth.label}")
        if course.levels:
            stores = [[row[0], *each] for row, each in zip(rows, held, strict=True)]
            print_table(["quarter", *course.levels], stores, "PB in use at its end")
        print_table(
            ("what", "breaks on", "95 % of the futures"),
            [
                (b.what, b.said(b.day), words.span(b.said(b.low), b.said(b.high)))
                for b in course.breaks
            ],
            "when it breaks",
        )
    for each in answer.get("needed", ()):
        note(f"{each['quarter']}, {each['growth']}: {each['sentence']}")
    note(found.sentence)
    tell_spent(spent, asked.out)
