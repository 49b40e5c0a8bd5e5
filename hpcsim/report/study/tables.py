"""The tables of a study's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ... import words
from ..html import Table
from . import say

_MOST_ROWS = 60
_HEADLINE = (
    "jobs", "utilization", "mean_wait_s", "median_wait_s", "p95_wait_s", "p99_wait_s",
    "mean_bounded_slowdown", "sequencing.samples_delivered_per_day", "records.nights_missed",
    "storage.fill", "storage.kept_pb_per_year", "biobank.fill", "research.income_yuan",
)  # fmt: skip
Answer = Mapping[str, Any]


def results(answer: Answer) -> list[Table]:
    """What was found, by the kind of study."""
    return _BY_KIND[answer["kind"]](answer)


def unsure(answer: Answer) -> list[Table]:
    """What would change the answer most: measured where the study has, else what is least known."""
    measured = answer.get("sensitivities")
    if measured:
        return [
            Table(
                ("input", "influence", "95 % interval"),
                [(e["path"], f"{e['size']:.2f}", " to ".join(f"{v:.2f}" for v in e["interval"]))
                 for e in found[:15]],
                f"What would change {name} most",
            )
            for name, found in measured.items()
            if found
        ]  # fmt: skip
    spans = [each for each in answer["assumptions"] if each["span"] and _wide(each) > 0]
    if not spans:
        return []
    rows = [
        (e["what"], e["path"], say.value(e["value"]), " to ".join(map(say.value, e["span"])))
        for e in sorted(spans, key=_wide, reverse=True)[:12]
    ]
    title = "What is known least, and may change the answer most (sweep --vary assumptions tells)"
    return [Table(("assumption", "setting", "taken", "may be"), rows, title, frozenset({0, 1}))]


def assumptions(answer: Answer) -> list[Table]:
    """What the study rests on, with where each value comes from."""
    rows = [
        (e["what"], e["path"], say.value(e["value"]), e["unit"], e["source"])
        for e in answer["assumptions"]
    ]
    title = "What it rests on (S in a public source, D derived, R remembered, A assumed)"
    head = ("what", "setting", "value", "unit", "source")
    return [Table(head, rows, title, frozenset({0, 1, 3, 4}))] if rows else []


def _replicate(answer: Answer) -> list[Table]:
    figures = answer["figures"]
    names = [*answer.get("asked", ()), *_HEADLINE]
    names += [name for name in figures if name.startswith("p95_wait_s[class=")]
    rows = [
        (name, words.figure(name, figures[name]["mean"]),
         words.between(name, *figures[name]["interval"]), str(figures[name]["runs"]))
        for name in dict.fromkeys(names) if name in figures
    ]  # fmt: skip
    return [Table(("figure", "mean", "95 % interval", "runs"), rows, "The figures")]


def _compare(answer: Answer) -> list[Table]:
    found = []
    for each in answer["comparisons"]:
        rows = [
            (name, words.figure(name, of["first"]), words.figure(name, of["second"]),
             say.difference(name, of["difference"]), "yes" if of["distinguishable"] else "no")
            for name, of in each["metrics"].items()
        ]  # fmt: skip
        head = ("figure", each["first"], each["second"], "difference (95 % interval)", "clear")
        found.append(Table(head, rows, f"{each['second']} against {each['first']}"))
    return found


def _sweep(answer: Answer) -> list[Table]:
    points = answer["points"][:_MOST_ROWS]
    paths, names = list(points[0]["changes"]), list(points[0]["figures"])
    rows = [
        [*(say.value(p["changes"][path]) for path in paths),
         *(say.estimate(name, p["figures"][name]) for name in names)]
        for p in points
    ]  # fmt: skip
    left = len(answer["points"]) - len(points)
    title = "The points" + (
        f" (the first {len(points)}; {left} more in the folder)" if left else ""
    )
    return [Table([*paths, *names], rows, title)]


def _size(answer: Answer) -> list[Table]:
    tried = answer["tried"]
    paths, names = list(answer["today"]), list(tried[0]["figures"])
    rows = [
        [*(say.value(t["changes"][path]) for path in paths),
         *(say.estimate(name, t["figures"][name]) for name in names),
         f"{t['met']} of {t['runs']}", "yes" if t["enough"] else "no"]
        for t in tried
    ]  # fmt: skip
    return [Table([*paths, *names, "runs that meet all", "enough"], rows, "What was tried")]


def _forecast(answer: Answer) -> list[Table]:
    found = []
    for course in answer["courses"]:
        rows = [(b["what"], b["date"], words.span(*b["interval"]), f"{b['share_of_futures']:.0%}")
                for b in course["breaks"]]  # fmt: skip
        head = ("what", "breaks on", "95 % of the futures", "futures in which it does")
        found.append(Table(head, rows, f"When it breaks, {course['label']}", frozenset({1, 2})))
    for each in answer.get("needed", ()):
        needs = [(each["quarter"], each["sentence"])]
        found.append(Table(("quarter from", "needs"), needs, each["growth"], frozenset({1})))
    return found


def _wide(each: Mapping[str, Any]) -> float:
    """The length of the span against the value taken."""
    low, high = each["span"]
    return float(high - low) / abs(float(each["value"])) if each["value"] else 0.0


_BY_KIND: dict[str, Callable[[Answer], list[Table]]] = {
    "replicate": _replicate,
    "compare": _compare,
    "sweep": _sweep,
    "size": _size,
    "forecast": _forecast,
}
