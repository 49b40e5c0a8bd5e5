"""What the nodes drew through time, against what they may draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ...metrics.records import numbers
from ..plot import BLUE, MUTED, OCHRE, Plot, time_unit
from ..view import View

COLUMN = "node_kw"


def draw(view: View) -> Figure | None:
    """The nodes' draw as steps, the draw at rest and the cap as lines."""
    if not view.passes_time or COLUMN not in view.run.series.column_names:
        return None
    unit_s, unit = time_unit(view.time_s[-1])
    edges = np.append(view.time_s, view.time_s[-1] + view.step_s) / unit_s
    kw = numbers(view.run.series, COLUMN)
    figure = Figure(figsize=(7.4, 2.6))
    axes = figure.subplots()
    axes.stairs(kw, edges, fill=True, color=BLUE, alpha=0.25, linewidth=0)
    axes.stairs(kw, edges, color=BLUE, baseline=None, label="nodes")
    cap_kw = _power(view).get("cap_kw")
    if isinstance(cap_kw, int | float):
        axes.axhline(cap_kw, color=OCHRE, linestyle="--", label="power cap")
    mean_kw = float(kw @ np.diff(edges)) / float(edges[-1] - edges[0])
    axes.axhline(mean_kw, color=MUTED, linewidth=0.8, linestyle=":", label="mean")
    axes.set_ylim(bottom=0)
    axes.set_xlim(0, float(edges[-1]))
    axes.set_ylabel("kW")
    axes.set_xlabel(f"time since the first submission ({unit})")
    axes.set_title("Draw of the nodes")
    figure.legend(loc="outside upper right", ncols=3)
    return figure


def compare(views: Sequence[View]) -> Figure | None:
    """The draws of several runs over each other."""
    shown = [v for v in views if v.passes_time and COLUMN in v.run.series.column_names]
    if len(shown) < 2:
        return None
    span_s = max(float(view.time_s[-1]) for view in shown)
    unit_s, unit = time_unit(span_s)
    figure = Figure(figsize=(7.4, 2.6))
    axes = figure.subplots()
    for view in shown:
        axes.plot(view.time_s / unit_s, numbers(view.run.series, COLUMN), label=view.legend)
    axes.set_ylim(bottom=0)
    axes.set_xlim(0, span_s / unit_s)
    axes.set_ylabel("kW")
    axes.set_xlabel(f"time since the first submission ({unit})")
    axes.set_title("Draw of the nodes")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=4)
    return figure


def _power(view: View) -> dict[str, Any]:
    found = view.run.summary.get("power")
    return found if isinstance(found, dict) else {}


PLOT = Plot(
    order=15,
    title="Power",
    text="Means over short intervals, without what the building adds (PUE) and without storage and "
    "network. A dashed line is the most that the nodes may draw.",
    draw=draw,
    compare=compare,
    compare_text="Means over short intervals, of the nodes alone.",
)
