"""How much of its limit each kernel reaches."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..plot import BLUE, INK, MUTED, OCHRE
from .view import BenchView, attained

TITLE = "How far from its limit"
TEXT = (
    "The share of what the roofline allows each kernel on one thread: the lower of the most "
    "flop/s and of its arithmetic times the bandwidth of the memory it lives in (counted bytes "
    "against the bandwidth for a kernel without floating-point arithmetic). Beside each bar "
    "stands which limit binds. A short bar is a latency, a dependency, or room to improve."
)
MOST_BARS = 40


def draw(view: BenchView) -> Figure | None:
    """None where nothing has a limit."""
    rows = []
    for result in view.local:
        limit = view.limit(result)
        if result.threads == 1 and limit is not None and not result.parameters:
            rows.append((result, attained(result) / limit[0], limit[1]))
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: row[1])[-MOST_BARS:]
    figure = Figure(figsize=(7.4, 0.7 + 0.19 * len(rows)))
    axes = figure.subplots()
    shares = [100 * share for _, share, _ in rows]
    colors = [BLUE if bound == "compute" else OCHRE for _, _, bound in rows]
    hatches = ["" if bound == "compute" else "////" for _, _, bound in rows]
    bars = axes.barh(range(len(rows)), shares, height=0.66, color=colors, edgecolor="white")
    for bar, hatch in zip(bars, hatches, strict=True):
        bar.set_hatch(hatch)
    axes.set_yticks(range(len(rows)), [f"{r.kernel} ({r.size})" for r, _, _ in rows])
    axes.axvline(100, color=INK, linewidth=0.8)
    for i, (_, share, bound) in enumerate(rows):
        axes.annotate(
            f"{100 * share:.0f} %  {bound}",
            (100 * share, i),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
            color=MUTED,
        )
    axes.set_xlim(0, max(130.0, max(shares) * 1.25))
    axes.set_xlabel("% of the limit")
    axes.grid(axis="y", visible=False)
    return figure
