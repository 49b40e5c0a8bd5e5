"""Who waits: the mean wait of each size and length of job."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from ...metrics.groups import RUNTIME_CLASSES, runtime_class, size_class, size_label
from ...metrics.kinds import Floats
from ...metrics.records import may_run_s
from ...words import count, duration
from ..plot import INK, PAPER, SHADES, Plot, duration_ticks
from ..view import View

_LEAST_S, _MOST_S = 60.0, 3600.0
_DARK = 0.58


def draw(view: View) -> Figure | None:
    """One map, each cell with its mean wait and how many jobs it stands for."""
    waits, jobs = _cells(view)
    if not jobs.any():
        return None
    figure = Figure(figsize=(7.4, 1.15 + 0.33 * jobs.shape[0]))
    axes = figure.subplots()
    norm = _norm([waits])
    _map(axes, waits, jobs, norm, lines=2 if jobs.shape[0] <= 18 else 1)
    axes.set_ylabel("cores asked")
    axes.set_xlabel("time a job may run (the lesser of its runtime and its limit)")
    _bar(figure, [axes], norm)
    return figure


def compare(views: Sequence[View]) -> Figure | None:
    """The same map for every run, on one scale of shades."""
    cells = [_cells(view) for view in views]
    if not any(jobs.any() for _, jobs in cells):
        return None
    columns = min(len(views), 3)
    rows = -(-len(views) // columns)
    figure = Figure(figsize=(7.4, rows * (0.9 + 0.17 * cells[0][1].shape[0]) + 0.5))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    norm = _norm([waits for waits, _ in cells])
    for axes, view, (waits, jobs) in zip(grid, views, cells, strict=False):
        _map(axes, waits, jobs, norm, lines=0)
        axes.set_title(view.legend)
        axes.tick_params(axis="x", labelrotation=90)
    for axes in grid[len(views) :]:
        axes.set_visible(False)
    figure.supylabel("cores asked", fontsize=8)
    figure.supxlabel("time a job may run", fontsize=8)
    _bar(figure, list(grid), norm)
    return figure


def _cells(view: View) -> tuple[Floats, Floats]:
    """Mean wait and number of jobs a cell; a row a size class, a column a runtime class."""
    started = ~np.isnan(view.waits_s)
    size = size_class(view.records.cores)[started]
    length = runtime_class(may_run_s(view.run.jobs))[started]
    columns = len(RUNTIME_CLASSES)
    cell = size * columns + length
    many = (int(size.max(initial=0)) + 1) * columns
    jobs = np.bincount(cell, minlength=many).reshape(-1, columns).astype(np.float64)
    total = np.bincount(cell, view.waits_s[started], many).reshape(-1, columns)
    with np.errstate(invalid="ignore"):
        return total / np.where(jobs > 0, jobs, np.nan), jobs


def _norm(maps: Sequence[Floats]) -> LogNorm:
    longest = max(float(np.nanmax(waits, initial=0.0)) for waits in maps)
    return LogNorm(_LEAST_S, max(longest, _MOST_S), clip=True)


def _map(axes: Axes, waits: Floats, jobs: Floats, norm: LogNorm, lines: int) -> None:
    axes.pcolormesh(
        np.maximum(waits, _LEAST_S), cmap=SHADES, norm=norm, edgecolors=PAPER, linewidth=1.2
    )
    axes.grid(False)
    axes.set_xticks(np.arange(waits.shape[1]) + 0.5, RUNTIME_CLASSES)
    axes.set_yticks(
        np.arange(waits.shape[0]) + 0.5, [size_label(code) for code in range(waits.shape[0])]
    )
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    if lines:
        _write(axes, waits, jobs, norm, lines)


def _write(axes: Axes, waits: Floats, jobs: Floats, norm: LogNorm, lines: int) -> None:
    """The mean wait in each cell and, on a second line, its jobs."""
    for row, column in np.argwhere(jobs > 0):
        wait = float(waits[row, column])
        dark = float(norm(max(wait, _LEAST_S))) > _DARK
        place = (column + 0.5, row + 0.5)
        texts = [(duration(wait), 0.5 if lines > 1 else -2.5, 6.8)]
        if lines > 1:
            texts.append((count(float(jobs[row, column])), -7.2, 5.2))
        for text, offset, size in texts:
            axes.annotate(
                text, place, xytext=(0, offset), textcoords="offset points", ha="center",
                fontsize=size, color=PAPER if dark else INK, in_layout=False,
            )  # fmt: skip


def _bar(figure: Figure, beside: list[Axes], norm: LogNorm) -> None:
    bar = figure.colorbar(
        ScalarMappable(norm, SHADES), ax=beside, aspect=32, pad=0.015, fraction=0.03
    )
    bar.outline.set_visible(False)
    duration_ticks(bar.ax, norm.vmin or _LEAST_S, norm.vmax or _MOST_S, "y")
    bar.set_label("mean wait")


PLOT = Plot(
    order=30,
    title="Who waits",
    text="The mean wait of jobs by the cores they asked for and the time they may run; the small "
    "figure is the number of jobs. A cell of few jobs says little.",
    draw=draw,
    compare=compare,
    compare_text="The mean wait of jobs by the cores they asked for and the time they may run, on "
    "one scale of shades.",
)
