"""How busy the machine was, and how much work stood before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ...metrics.kinds import Floats
from ...metrics.records import numbers
from ...units import DAY_S, HOUR_S
from ..plot import BLUE, OCHRE, Plot, time_unit
from ..view import View

_TREND_SHARE = 1 / 40
_MOST_BARS = 500


def draw(view: View) -> Figure | None:
    """Utilization above, backlog below, on one time axis."""
    if not view.passes_time:
        return None
    unit_s, unit = time_unit(view.time_s[-1])
    end = (view.time_s[-1] + view.step_s) / unit_s
    figure = Figure(figsize=(7.4, 3.9))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1))
    time = view.time_s / unit_s
    step = max(round(DAY_S / view.step_s), time.size // _MOST_BARS, 1) if unit == "days" else 1
    for axes, values, color, line in (
        (above, _used(view), BLUE, "-"),
        (below, _waiting_h(view), OCHRE, "--"),
    ):
        means = _means(values, step)
        edges = np.append(time[::step], end)
        axes.stairs(means, edges, fill=True, color=color, alpha=0.2, linewidth=0)
        axes.plot(time, _trend(values), color=color, linestyle=line)
    _label(above, below, unit)
    above.set_xlim(0, end)
    return figure


def compare(views: Sequence[View]) -> Figure | None:
    """The trends of several runs over each other."""
    shown = [view for view in views if view.passes_time]
    if not shown:
        return None
    span_s = max(float(view.time_s[-1]) for view in shown)
    unit_s, unit = time_unit(span_s)
    figure = Figure(figsize=(7.4, 4.2))
    above, below = figure.subplots(2, 1, sharex=True)
    for view in shown:
        above.plot(view.time_s / unit_s, _trend(_used(view)), label=view.legend)
        below.plot(view.time_s / unit_s, _trend(_waiting_h(view)), label=view.legend)
    _label(above, below, unit)
    above.set_xlim(0, span_s / unit_s)
    figure.legend(*above.get_legend_handles_labels(), loc="outside upper right", ncols=4)
    return figure


def _used(view: View) -> Floats:
    return numbers(view.run.series, "busy_cores") / view.cores


def _waiting_h(view: View) -> Floats:
    """The work in the queue, in hours that the whole machine would need for it."""
    return numbers(view.run.series, "queued_core_s") / (view.cores * HOUR_S)


def _label(above: Axes, below: Axes, unit: str) -> None:
    above.set_ylim(0, 1.02)
    above.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    above.set_title("Cores in use")
    above.set_ylabel("share of all cores")
    below.set_ylim(bottom=0)
    below.set_title("Work waiting")
    below.set_ylabel("hours of the whole machine")
    below.set_xlabel(f"time since the first submission ({unit})")


def _means(values: Floats, many: int) -> Floats:
    """The mean of each `many` neighbours; the last group may have fewer."""
    first = np.arange(0, values.size, many)
    return np.add.reduceat(values, first) / np.diff(np.append(first, values.size))


def _trend(values: Floats) -> Floats:
    """The running mean over a fortieth of the whole, its window cut at both ends."""
    half = max(int(values.size * _TREND_SHARE / 2), 1)
    total = np.concatenate([[0.0], np.cumsum(values)])
    place = np.arange(values.size)
    high, low = np.minimum(place + half + 1, values.size), np.maximum(place - half, 0)
    return (total[high] - total[low]) / (high - low)


PLOT = Plot(
    order=10,
    title="The machine through time",
    text="Shaded: daily averages (shorter ones in a short run). Line: the running mean. The work "
    "waiting is what the whole machine would need to do all that is queued, if nothing else came.",
    draw=draw,
    compare=compare,
    compare_text="Running means. The work waiting is what the whole machine would need to do all "
    "that is queued, if nothing else came.",
)
