"""The pictures of a study's page: what was found, with bands as wide as the intervals."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hpcsim.studies.study.metric import parse_target

from ..plot import BLUE, MUTED, OCHRE
from . import say

Answer = Mapping[str, Any]
_COLOURS = (BLUE, OCHRE, "#528a9c", "#7a6a3a", "#8db5b9")
_MOST_LINES = len(_COLOURS)


@dataclass(frozen=True)
class Drawn:
    """A figure with its words."""

    title: str
    text: str
    figure: Figure


def pictures(answer: Answer) -> list[Drawn]:
    """The pictures that the kind of study has."""
    return [drawn for draw in _BY_KIND[answer["kind"]] if (drawn := draw(answer)) is not None]


def _intervals(rows: Sequence[tuple[str, float, float, float]], label: str, zero: bool) -> Figure:
    """Dots with their intervals, a line each, the first above."""
    figure = Figure(figsize=(7.4, 0.7 + 0.3 * len(rows)))
    axes = figure.subplots()
    for place, (_, mean, low, high) in enumerate(rows):
        axes.plot([low, high], [place, place], "-", color=BLUE, linewidth=2.2, alpha=0.45)
        axes.plot(mean, place, "o", color=BLUE, markersize=5)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(label)
    if zero:
        axes.axvline(0, color=OCHRE, linewidth=1)
    else:
        axes.set_xlim(left=0)
    return figure


def _waits(answer: Answer) -> Drawn | None:
    figures = answer["figures"]
    names = ["mean_wait_s", "p95_wait_s"]
    names += [n for n in figures if n.startswith("p95_wait_s[class=")]
    rows = [
        (name, *(v / 3600 for v in (figures[name]["mean"], *figures[name]["interval"])))
        for name in names
        if name in figures and None not in (figures[name]["mean"], *figures[name]["interval"])
    ]
    if not rows:
        return None
    text = "The dot is the mean over the runs, the line its 95 % interval."
    return Drawn("How long jobs wait", text, _intervals(rows, "hours", zero=False))


def _differences(answer: Answer) -> Drawn | None:
    rows = []
    many = len(answer["comparisons"]) > 1
    for each in answer["comparisons"]:
        for name, of in each["metrics"].items():
            values = (of["relative"]["mean"], *of["relative"]["interval"])
            if None not in values:
                label = f"{name}: {each['second']}" if many else name
                rows.append((label, *(100 * v for v in values)))
    if not rows:
        return None
    text = (
        "The dot is the mean difference, the line its 95 % interval; left of the mark is less than "
        f"{answer['comparisons'][0]['first']}."
    )
    return Drawn("The differences", text, _intervals(rows, "difference, per cent", zero=True))


def _against_axis(answer: Answer) -> Drawn | None:
    """The first metric against the axis with most numbers, a line each for the others' values."""
    points = answer["points"]
    name = next(iter(points[0]["figures"]))
    numeric = [
        path for path, v in points[0]["changes"].items()
        if isinstance(v, int | float) and not isinstance(v, bool)
    ]  # fmt: skip
    if answer["design"] != "grid" or not numeric:
        return None
    path = max(numeric, key=lambda p: len({point["changes"][p] for point in points}))
    lines: dict[str, list[Any]] = {}
    for point in points:
        rest = {k: v for k, v in point["changes"].items() if k != path}
        label = ", ".join(f"{k} = {say.value(v)}" for k, v in rest.items())
        lines.setdefault(label, []).append((point["changes"][path], point["figures"][name]))
    figure = Figure(figsize=(7.4, 3.4))
    axes = figure.subplots()
    unit = _scaled(axes, name, [of for found in lines.values() for _, of in found])
    for colour, (label, found) in zip(_COLOURS, list(lines.items())[:_MOST_LINES], strict=False):
        _banded(axes, found, unit, colour, label)
    _counted(axes, [x for found in lines.values() for x, _ in found])
    axes.set_xlabel(path)
    axes.set_ylim(bottom=0)
    if len(lines) > 1:
        axes.legend(frameon=False)
    text = "The line is the mean over the runs, the band its 95 % interval."
    return Drawn(f"{name} against {path}", text, figure)


def _influences(answer: Answer) -> Drawn | None:
    name, found = next(((n, f) for n, f in answer["sensitivities"].items() if f), ("", []))
    rows = [(each["path"], each["size"], *each["interval"]) for each in found[:15]]
    if not rows:
        return None
    text = "The longer, the more of the answer's change it makes; the line is the 95 % interval."
    return Drawn(f"What moves {name}", text, _intervals(rows, "influence", zero=False))


def _capacity(answer: Answer) -> Drawn | None:
    """Each target's metric against the capacity that was searched, with the target as a line."""
    path = next(iter(answer["today"]))
    tried = answer["tried"]
    names = list(tried[0]["figures"])
    figure = Figure(figsize=(7.4, 2.8 * (len(names) + 1)))
    every = np.atleast_1d(figure.subplots(len(names) + 1, 1, sharex=True))
    for axes, name, target in zip(every, names, answer["targets"], strict=False):
        found = [(t["changes"][path], t["figures"][name]) for t in tried]
        unit = _scaled(axes, name, [of for _, of in found])
        _banded(axes, found, unit, BLUE, "")
        axes.axhline(parse_target(target).value / unit, color=OCHRE, linewidth=1.2)
    shares = every[-1]
    for t in tried:
        low, high = t["share"]["interval"]
        shares.plot(
            [t["changes"][path]] * 2, [low, high], "-", color=BLUE, alpha=0.45, linewidth=2.2
        )
        marker = "o" if t["enough"] else "X"
        shares.plot(t["changes"][path], t["share"]["mean"], marker, color=BLUE, markersize=5)
    shares.axhline(answer["confidence"], color=OCHRE, linewidth=1.2)
    shares.set_ylabel("runs that meet all")
    shares.set_xlabel(path)
    _counted(shares, [t["changes"][path] for t in tried])
    if answer["answer"] is not None:
        for axes in every:
            axes.axvline(answer["answer"][path], color=MUTED, linewidth=1, linestyle=":")
    text = (
        "Above, the mean over the runs with its 95 % interval, and the target; below, the share of "
        "the first runs in which all targets are met, and what it must be. The dotted line is the "
        "answer. What a cross stands for is not enough: futures that were hard elsewhere, and not "
        "counted here, missed there too."
    )
    return Drawn("Against capacity", text, figure)


def _quarters(answer: Answer) -> Drawn | None:
    """Each target's metric by quarter, a line for each growth."""
    edges = [date.fromisoformat(day) for day in answer["quarters"]]
    middles = [a + (b - a) / 2 for a, b in itertools.pairwise(edges)]
    names = list(answer["courses"][0]["figures"])
    if not names:
        return None
    figure = Figure(figsize=(7.4, 2.8 * len(names)))
    every = np.atleast_1d(figure.subplots(len(names), 1, sharex=True))
    for axes, name, target in zip(every, names, answer["targets"], strict=True):
        courses = [(each["label"], each["figures"][name]) for each in answer["courses"]]
        unit = _scaled(axes, name, [of for _, figures in courses for of in figures])
        for colour, (label, figures) in zip(_COLOURS, courses, strict=False):
            _banded(axes, list(zip(middles, figures, strict=True)), unit, colour, label)
        axes.axhline(parse_target(target).value / unit, color=MUTED, linewidth=1.2, linestyle="--")
    every[0].legend(frameon=False)
    text = "A point a quarter, with the 95 % interval of its mean; the broken line is the target."
    return Drawn("Quarter by quarter", text, figure)


def _stores(answer: Answer) -> Drawn | None:
    """How full each tier is at the end of each quarter, under the last growth."""
    course = answer["courses"][-1]
    if not course["storage_pb"]:
        return None
    ends = [date.fromisoformat(day) for day in answer["quarters"][1:]]
    figure = Figure(figsize=(7.4, 3.2))
    axes = figure.subplots()
    for colour, (name, spreads) in zip(_COLOURS, course["storage_pb"].items(), strict=False):
        _banded(axes, list(zip(ends, spreads, strict=True)), 1.0, colour, name)
    axes.set_ylabel("PB in use")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, ncols=3)
    text = f"What each tier holds at the end of each quarter, with {course['label']}."
    return Drawn("The stores", text, figure)


def _scaled(axes: Axes, name: str, found: Sequence[Mapping[str, Any]]) -> float:
    """Label the axis of a figure in one unit for all its values; by what they are divided."""
    unit, label = say.scale(name, [of["mean"] for of in found])
    axes.set_ylabel(label)
    return unit


def _counted(axes: Axes, values: Sequence[Any]) -> None:
    """No ticks between whole numbers where there is nothing else."""
    if all(isinstance(value, int) for value in values):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _banded(
    axes: Axes, found: Sequence[tuple[Any, Mapping[str, Any]]], unit: float, colour: str, label: str
) -> None:
    """A line of means, divided by the axis' unit, with the band of their intervals."""
    known = [(x, of) for x, of in found if of["mean"] is not None]
    xs = [x for x, _ in known]
    means = [of["mean"] / unit for _, of in known]
    ends = [
        [(of["mean"] if end is None else end) / unit for end in of["interval"]] for _, of in known
    ]
    axes.plot(xs, means, "o-", color=colour, markersize=3.5, label=label)
    if known:
        low, high = zip(*ends, strict=True)
        axes.fill_between(xs, low, high, color=colour, alpha=0.15, linewidth=0)


_BY_KIND: dict[str, tuple[Callable[[Answer], Drawn | None], ...]] = {
    "replicate": (_waits,),
    "compare": (_differences,),
    "sweep": (_against_axis, _influences),
    "size": (_capacity,),
    "forecast": (_quarters, _stores),
}
