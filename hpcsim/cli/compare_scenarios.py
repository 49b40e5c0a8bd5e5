"""`hpcsim compare` of scenarios: which variants there are, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from . import scenario_options
from .options import all_or_every_mistake
from .study_options import Asked

if TYPE_CHECKING:
    from hpcsim.studies.comparison import Comparison


def compare_scenarios(
    asked: Asked,
    names: Sequence[str],
    runs: int,
    changed: Sequence[str],
    metric: Sequence[str],
) -> None:
    """Run every variant with the same seeds and say how they differ."""
    from hpcsim.errors import InputError, Problem
    from hpcsim.studies.comparison import compare, labelled
    from hpcsim.studies.study.metric import parsed_metrics
    from hpcsim.studies.subject.several import Several

    alone = len(names) == 1 and not changed and not _scenarios(names)
    policies = asked.policy if "policy" in asked.said or alone else []
    # One policy is everybody's; several are variants.
    one = replace(asked, policy=policies[0] if len(policies) == 1 else "easy")
    *subjects, metrics, withs = all_or_every_mistake(
        *(partial(_subject, one, name, len(policies) == 1) for name in names),
        partial(parsed_metrics, metric),
        partial(_changes, changed),
    )
    several = Several(dict(zip(names, subjects, strict=True)))
    points = [
        {"scenario": name} | ({"policy": policy} if policy else {}) | change
        for name in names
        for policy in (policies if len(policies) > 1 else [None])
        for change in [{}, *withs]
    ]
    if len(points) < 2:
        hint = "name a second scenario, or what differs: --with cluster.nodes=828"
        raise InputError(Problem("there is nothing to compare with", value=names[0], hint=hint))
    for point in points:
        several.changed(point)
    if asked.only_told(several, runs * len(points)):
        return
    with asked.study(several, metrics) as study:
        found = compare(study, labelled(points), runs, [str(each) for each in metrics])
        answer = asked.finish(
            study,
            "compare",
            f"How does {found[0].second} differ from {found[0].first}?"
            if len(found) == 1
            else f"How do {len(points)} variants differ?",
            " ".join(each.verdict for each in found),
            {"comparisons": [each.as_dict() for each in found], "runs": runs},
        )
        spent = study.spent
    _show(asked, answer, found, several.title, spent)


def _scenarios(names: Sequence[str]) -> bool:
    return any(scenario_options.means_scenario(name) for name in names)


def _subject(asked: Asked, name: str, has_policy: bool) -> Any:
    return asked.subject(name, without=() if has_policy else ("policy",))


def _changes(texts: Sequence[str]) -> list[dict[str, Any]]:
    """`a.b=1,c=2` as changes; InputError with all that are none."""
    from hpcsim.errors import InputError, Problem
    from hpcsim.simulation.scenario import parse_override

    found, problems = [], []
    for text in texts:
        try:
            pairs = [parse_override(part) for part in text.split(",")]
            found.append({pair.dotted: pair.value for pair in pairs})
        except InputError as error:
            problems += [Problem(p.message, "--with", value=p.value, rule=p.rule)
                         for p in error.problems]  # fmt: skip
    if problems:
        raise InputError(problems)
    return found


def _show(
    asked: Asked, answer: dict[str, Any], found: Sequence[Comparison], title: str, spent: Any
) -> None:
    from hpcsim import words

    from .show import note, print_json, print_table
    from .show_study import tell_spent

    if asked.as_json:
        print_json(answer)
        return
    for each in found:
        rows = []
        for name, of in each.by_metric.items():
            low, high = of.relative.low, of.relative.high
            clear = "yes" if of.is_distinguishable else "no"
            change = (
                f"{of.relative.mean:+.1%}"
                if of.relative.mean == of.relative.mean
                else words.NOTHING
            )
            interval = f"{low:+.1%} to {high:+.1%}" if low == low else words.NOTHING
            if low != low and of.difference.low == of.difference.low:
                interval = words.between(name, of.difference.low, of.difference.high)
            both = [words.figure(name, value) for value in (of.first, of.second)]
            rows.append((name, *both, change, interval, clear))
        head = ("", each.first, each.second, "change", "95 % interval", "clear")
        print_table(head, rows, title)
        note(each.verdict)
    tell_spent(spent, asked.out)
