"""How many jobs waited longer than how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...metrics.kinds import Floats
from ...metrics.records import has, numbers
from ...words import duration, share
from ..plot import BLUE, INK, MUTED, OCHRE, PAPER, Plot, duration_ticks, log_numbers
from ..view import View

_POINTS = 600
_SHORTEST_S = 1.0


def draw(view: View) -> Figure | None:
    """The waits of this run and, where the trace has them, the recorded ones."""
    waits = _known(view.waits_s)
    if not waits.size or waits[-1] < _SHORTEST_S:
        return None
    figure = Figure(figsize=(7.4, 3.3))
    axes = figure.subplots()
    longest = _curve(axes, waits, "simulated", color=BLUE, linestyle="-")
    if has(view.run.jobs, "recorded_wait_s"):
        recorded = _known(numbers(view.run.jobs, "recorded_wait_s"))
        longest = max(longest, _curve(axes, recorded, "recorded", color=OCHRE, linestyle="--"))
    axes.legend(loc="lower left")
    _label(axes, longest, waits.size)
    for waited, percent in ((0.5, "half"), (0.1, "1 in 10"), (0.01, "1 in 100")):
        _mark(axes, waits, waited, percent)
    return figure


def compare(views: Sequence[View]) -> Figure | None:
    """The waits under several policies."""
    shown = [(view.legend, _known(view.waits_s)) for view in views]
    shown = [(label, waits) for label, waits in shown if waits.size and waits[-1] >= _SHORTEST_S]
    if not shown:
        return None
    figure = Figure(figsize=(7.4, 3.6))
    axes = figure.subplots()
    longest = max(_curve(axes, waits, label) for label, waits in shown)
    _label(axes, longest, max(waits.size for _, waits in shown))
    axes.legend(loc="lower left")
    return figure


def _known(waits: Floats) -> Floats:
    return np.sort(waits[waits >= 0])


def _curve(axes: Axes, waits: Floats, label: str, **look: str) -> float:
    """Draw the share of jobs that waited at least so long; the longest wait."""
    if not waits.size or waits[-1] < _SHORTEST_S:
        return _SHORTEST_S
    ranks = np.unique(np.geomspace(1, waits.size, _POINTS).round().astype(np.int64))[::-1]
    x, y = waits[waits.size - ranks], ranks / waits.size
    seen = x >= _SHORTEST_S
    at_once = float(np.count_nonzero(waits >= _SHORTEST_S)) / waits.size
    x = np.concatenate([[_SHORTEST_S], x[seen]])
    y = np.concatenate([[at_once], y[seen]])
    axes.plot(x, y, label=f"{label} ({share(1 - at_once)} start at once)", **look)  # type: ignore[arg-type]
    return float(waits[-1])


def _mark(axes: Axes, waits: Floats, waited: float, words: str) -> None:
    """A dot where the share `waited` of the jobs waits longer, with its wait in words."""
    wait = float(np.quantile(waits, 1 - waited))
    if wait < _SHORTEST_S:
        return
    axes.plot([wait], [waited], "o", color=BLUE, markersize=4, markeredgecolor="white", zorder=5)
    axes.annotate(
        f"{words}: over {duration(wait)}",
        (wait, waited),
        xytext=(-7, -10),
        textcoords="offset points",
        ha="right",
        color=INK,
        fontsize=7.5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )


def _label(axes: Axes, longest: float, many: int) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(_SHORTEST_S, max(longest, 60.0) * 1.6)
    axes.set_ylim(max(0.5 / many, 1e-5), 1.3)
    duration_ticks(axes, _SHORTEST_S, max(longest, 60.0) * 1.6)
    log_numbers(axes.yaxis, lambda share: f"{100 * share:g} %")
    axes.set_xlabel("wait (logarithmic)")
    axes.set_ylabel("jobs that wait longer")
    axes.grid(True, axis="x", color=MUTED, alpha=0.12)


PLOT = Plot(
    order=20,
    title="How long jobs wait",
    text="For each wait, the share of jobs that waited longer. Both axes are logarithmic, so the "
    "few jobs that waited very long are as visible as the many that did not.",
    draw=draw,
    compare=compare,
)
