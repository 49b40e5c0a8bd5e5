"""compare.html: the same demand under several policies, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import words
from ..errors import InputError, Problem
from .figures import plots
from .headline import COMPARED, Headline, figure
from .html import Picture, render, write_page
from .plot import board_style, data_uri
from .view import View, fact

_SAME = 5e-4


@dataclass(frozen=True)
class Cell:
    """A figure of one run: its text, its distance from the first run's, and whether it is best."""

    value: str
    off: str
    best: bool


@dataclass(frozen=True)
class Row:
    """A figure of all runs."""

    name: str
    cells: Sequence[Cell]


def compare_report(folders: Sequence[Path], out: Path) -> Path:
    """Write a page that compares the runs in `folders`, in their order, to the file `out`.

    Each run goes by its policy's name, or by its folder's where two have one policy. InputError if
    a folder holds no run, or there is none.
    """
    if not folders:
        raise InputError(Problem("there is no run to compare"))
    views = _told_apart([View.of(folder) for folder in folders], folders)
    page = render(
        "compare.html",
        kind="Comparison",
        title=_title(views),
        under=" · ".join(_under(views)),
        lead=_lead(views),
        labels=[view.label for view in views],
        rows=[_row(headline, views) for headline in COMPARED if _known(headline, views)],
        figures=_pictures(views),
    )
    return write_page(page, out)


def _told_apart(views: Sequence[View], folders: Sequence[Path]) -> list[View]:
    often = Counter(view.label for view in views)
    names = [
        view.label if often[view.label] == 1 else folder.resolve().name
        for view, folder in zip(views, folders, strict=True)
    ]
    return [
        replace(view, label=name if names.count(name) == 1 else f"{name} ({place})")
        for place, (view, name) in enumerate(zip(views, names, strict=True), start=1)
    ]


def _pictures(views: Sequence[View]) -> list[Picture]:
    drawn = []
    with board_style():
        for plot in plots():
            figure_drawn = plot.compare(views) if plot.compare else None
            if figure_drawn is not None:
                drawn.append(
                    Picture(plot.title, plot.compare_text or plot.text, data_uri(figure_drawn))
                )
    return drawn


def _known(headline: Headline, views: Sequence[View]) -> bool:
    return any(figure(view.run.summary, headline.key) is not None for view in views)


def _row(headline: Headline, views: Sequence[View]) -> Row:
    values = [figure(view.run.summary, headline.key) for view in views]
    known = [value for value in values if value is not None]
    best = None
    if headline.better and max(known) - min(known) > _SAME * abs(max(known, key=abs)):
        best = max(known) if headline.better > 0 else min(known)
    return Row(
        headline.name,
        [
            Cell(
                headline.write(value),
                _off(value, values[0]) if place else "",
                best is not None and value == best,
            )
            for place, value in enumerate(values)
        ],
    )


def _off(value: float | None, first: float | None) -> str:
    """How far `value` lies from `first`, in per cent with its sign."""
    if value is None or not first:
        return ""
    share = 100 * (value - first) / abs(first)
    if abs(share) < 100 * _SAME:
        return "same"
    return f"{share:+.1f} %".replace("-", "−") if abs(share) < 1000 else f"× {value / first:,.0f}"


def _title(views: Sequence[View]) -> str:
    workload = fact(views[0].run, "workload")
    name = Path(workload).name if isinstance(workload, str) else "One demand"
    return f"{name}: {len(views)} policies"


def _under(views: Sequence[View]) -> list[str]:
    jobs = {figure(view.run.summary, "jobs") for view in views}
    cores = {view.cores for view in views}
    return [
        " or ".join(words.count(value) for value in sorted(v for v in jobs if v)) + " jobs",
        " or ".join(words.count(value) for value in sorted(cores)) + " cores",
    ]


def _lead(views: Sequence[View]) -> str:
    """Which policy keeps people waiting least, and which slows them down least."""
    texts = []
    for key, name, write in (
        ("mean_wait_s", "mean wait", words.duration),
        ("mean_bounded_slowdown", "mean bounded slowdown", words.number),
    ):
        known = [(figure(view.run.summary, key), view.label) for view in views]
        ranked = sorted((value, label) for value, label in known if value is not None)
        if len(ranked) > 1 and ranked[0][0] < ranked[-1][0]:
            (low, best), (high, worst) = ranked[0], ranked[-1]
            texts.append(
                f"The {name} is lowest under {best} ({write(low)}) and highest under {worst} "
                f"({write(high)})."
            )
    return " ".join(texts) or "The policies do not differ in the wait or the slowdown of jobs."
