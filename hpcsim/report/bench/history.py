"""The measurements of this session through the sessions of this machine."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kernels.harness.trend import Trend

from ..plot import BLUE, INK, MUTED, OCHRE
from .view import BenchView

TITLE = "History"
TEXT = (
    "Each measurement through the sessions kept of this machine, as a share of its median there; "
    "the bar is the 95 % interval of the session. A vertical line is a step that is more than "
    "what the measurement varies by anyway. The measurements with steps come first."
)
MOST_PANELS = 12
LEAST_SESSIONS = 3
COLUMNS = 3


def draw(view: BenchView) -> Figure | None:
    """None where no measurement has three sessions."""
    long = [trend for trend in view.trends if len(trend.results) >= LEAST_SESSIONS]
    shown = sorted(long, key=lambda t: (-len(t.steps), -len(t.results)))[:MOST_PANELS]
    if not shown:
        return None
    rows = -(-len(shown) // COLUMNS)
    figure = Figure(figsize=(7.4, 0.3 + 1.25 * rows))
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    for axes, trend in zip(panels, shown, strict=False):
        _panel(axes, trend)
    return figure


def _panel(axes: Axes, trend: Trend) -> None:
    figures = [r.figure for r in trend.results if r.figure is not None]
    values = sorted(f.value for f in figures)
    middle = values[len(values) // 2] or 1.0
    x = range(len(figures))
    errors = [
        [max(0.0, f.value - f.low) / middle for f in figures],
        [max(0.0, f.high - f.value) / middle for f in figures],
    ]
    axes.errorbar(x, [f.value / middle for f in figures], yerr=errors, color=BLUE, marker="o",
                  markersize=2.5, linewidth=0.8, elinewidth=0.6)  # fmt: skip
    for step in trend.steps:
        color = OCHRE if step.slower else MUTED
        axes.axvline(step.index - 0.5, color=color, linewidth=1.2)
        axes.annotate(
            f"time {step.ratio - 1:+.0%}",
            (step.index - 0.5, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, -6),
            textcoords="offset points",
            fontsize=6,
            color=INK,
        )
    axes.set_title(trend.key, fontsize=6.5)
    axes.set_xticks([0, len(figures) - 1],
                    [str(trend.sessions[0].id), str(trend.sessions[-1].id)])  # fmt: skip
    axes.tick_params(labelsize=6)
