"""A day of the machine, core by core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from ...metrics.kinds import Floats, Ints
from ...metrics.records import numbers
from ...units import DAY_S, HOUR_S, MINUTE_S
from ..packing import pack
from ..plot import INK, PAPER, SHADES, Plot
from ..view import View

_WIDTH_PX, _HEIGHT_PX = 1500, 640
_MOST_JOBS = 25_000
_NEARLY = 0.9
_WAITED_S = (MINUTE_S, 10 * MINUTE_S, HOUR_S, 6 * HOUR_S, DAY_S)
_WAITED = ("under 1 min", "to 10 min", "to 1 h", "to 6 h", "to 1 d", "longer")
_SHADES = [SHADES(place)[:3] for place in (0.1, 0.26, 0.44, 0.62, 0.78, 0.95)]
_TONES, _EDGE, _EDGED_PX = 3, 100, 3
_DARK_FROM = 3


def _palette() -> npt.NDArray[np.uint8]:
    """Colors by number: 0 is idle, then three tones a shade, and from _EDGE on its edge."""
    colors = np.full((256, 3), to_rgb(PAPER))
    for shade, rgb in enumerate(_SHADES):
        for tone, lighter in enumerate((0.0, 0.07, 0.14)):
            colors[1 + shade * _TONES + tone] = np.array(rgb) * (1 - lighter) + lighter
        edge = np.array(to_rgb(INK if shade < _DARK_FROM else PAPER))
        colors[_EDGE + shade] = 0.45 * np.array(rgb) + 0.55 * edge
    return np.rint(colors * 255).astype(np.uint8)


_COLORS = _palette()


@dataclass(frozen=True)
class _Window:
    begin_s: float
    length_s: float
    jobs: Ints


def draw(view: View) -> Figure | None:
    """The busiest day, or less of it where a day has too many jobs to see."""
    seen = _busiest(view)
    if seen is None:
        return None
    figure = Figure(figsize=(7.4, 4.1))
    axes = figure.subplots()
    axes.imshow(
        _paint(view, seen), extent=(0, seen.length_s / HOUR_S, 0, view.cores), aspect="auto",
        origin="lower",
    )  # fmt: skip
    axes.grid(False)
    day = (seen.begin_s - view.begin_s) / DAY_S
    axes.set_xlabel(f"hours, counted from day {day:.1f} of the run")
    axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 3, 6, 10], nbins=10))
    axes.set_ylabel("cores")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    handles = [
        Patch(facecolor=shade, edgecolor=INK, linewidth=0.4, label=words)
        for shade, words in zip(_SHADES, _WAITED, strict=True)
    ]
    handles.append(Patch(facecolor=PAPER, edgecolor=INK, linewidth=0.4, label="idle"))
    figure.legend(
        handles=handles, loc="outside upper left", ncols=7, title="the job had waited",
        alignment="left", handlelength=1.2, columnspacing=1.3, title_fontsize=7.5,
    )  # fmt: skip
    return figure


def _busiest(view: View) -> _Window | None:
    """Of the days on which the machine was nearly as full as ever, the one with most starts.

    None if nothing ever ran; shorter than a day where a day has too many jobs to see.
    """
    if not view.passes_time or np.isnan(view.records.run_s).all():
        return None
    length_s = min(DAY_S, float(view.time_s[-1]) + view.step_s)
    begin_s = view.begin_s + float(view.time_s[_fullest(view, length_s)])
    jobs = _overlapping(view, begin_s, length_s)
    while jobs.size > _MOST_JOBS and length_s > MINUTE_S:
        length_s /= 2
        jobs = _overlapping(view, begin_s, length_s)
    return _Window(begin_s, length_s, jobs) if jobs.size else None


def _fullest(view: View, length_s: float) -> int:
    """The interval of the series at which the busiest stretch of `length_s` begins."""
    busy = numbers(view.run.series, "busy_cores")
    many = min(max(round(length_s / view.step_s), 1), busy.size)
    edges = np.append(view.time_s, view.time_s[-1] + view.step_s) + view.begin_s
    starts = np.histogram(view.records.start_s, edges)[0]
    used, begun = (_running_sum(values, many) for values in (busy, starts))
    return int(np.argmax(np.where(used >= _NEARLY * used.max(), begun, -1.0)))


def _running_sum(values: npt.NDArray[Any], many: int) -> Floats:
    """The sum of each `many` neighbours."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[many:] - total[:-many]


def _overlapping(view: View, begin_s: float, length_s: float) -> Ints:
    """The jobs that run at some time in the window, by start."""
    start_s, end_s = view.records.start_s, view.records.end_s
    chosen = np.flatnonzero((start_s < begin_s + length_s) & (end_s > begin_s) & (end_s > start_s))
    return chosen[np.argsort(start_s[chosen], kind="stable")]


def _paint(view: View, seen: _Window) -> npt.NDArray[np.uint8]:
    """The window as an image (height, width, 3 bytes), each job a rectangle of its shade.

    Jobs too low for an edge differ a little in tone from their neighbours, which shows the grain.
    """
    start_s, end_s = view.records.start_s[seen.jobs], view.records.end_s[seen.jobs]
    sizes = view.records.cores[seen.jobs].astype(np.int64)
    places = pack(zip(start_s.tolist(), end_s.tolist(), sizes.tolist(), strict=True), view.cores)
    shade = np.searchsorted(_WAITED_S, view.waits_s[seen.jobs], side="right")
    left, right = (_pixels((t - seen.begin_s) / seen.length_s, _WIDTH_PX) for t in (start_s, end_s))
    height = min(_HEIGHT_PX, max(view.cores * 8, 80))
    owner = np.repeat(np.arange(len(places)), [len(stretches) for stretches in places])
    stretches = np.array([edge for place in places for edge in place]).reshape(-1, 2)
    rows = _pixels(stretches / view.cores, height)
    low = rows[:, 1] - rows[:, 0] <= _EDGED_PX
    tone = 1 + shade[owner] * _TONES + np.where(low, owner % _TONES, 0)
    image = np.zeros((height, _WIDTH_PX), dtype=np.uint8)
    boxes = np.column_stack([rows, left[owner], right[owner]])
    seen_at_all = (boxes[:, 0] < boxes[:, 1]) & (boxes[:, 2] < boxes[:, 3])
    looks = np.column_stack([boxes, tone, _EDGE + shade[owner]])[seen_at_all]
    for bottom, top, begin, end, value, edge in looks.tolist():
        image[bottom:top, begin:end] = value
        if top - bottom > _EDGED_PX and end - begin > _EDGED_PX:
            image[top - 1, begin:end] = image[bottom:top, begin] = edge
    return _COLORS[image]


def _pixels(place: Floats, many: int) -> Ints:
    """The pixel edge next to a place between 0 and 1."""
    return np.clip(np.rint(place * many), 0, many).astype(np.int64)


PLOT = Plot(
    order=40,
    title="The busiest day, core by core",
    text="The day with the most starts among those on which the machine was nearly as full as it "
    "ever was. Each rectangle is a job: its width is how long it ran, its height how many cores it "
    "held, its shade how long it had waited. Where the cores of a job are not on record, jobs are "
    "laid on the lowest free cores for the picture.",
    draw=draw,
)
