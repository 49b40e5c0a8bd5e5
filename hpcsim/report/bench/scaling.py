"""How much faster kernels are on more threads and on more ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kernels.harness.results import Result

from ..plot import BLUE, INK, MUTED
from .labels import apart
from .view import BenchView

TITLE = "Scaling"
TEXT = (
    "Speed on several threads (left) and MPI ranks (right), against the same kernel on one. The "
    "dashed line is as many times as fast as there are. "
    "A kernel that the memory limits stays low: all cores share one memory."
)
LABEL_GAP = 0.05
Curve = tuple[str, list[tuple[int, float]]]


def draw(view: BenchView) -> Figure | None:
    """None where nothing was measured on one and on more."""
    threads = _curves(view.local, lambda r: r.threads)
    ranks = _curves([r for r in view.verified if r.ranks], lambda r: r.ranks)
    shown = [(title, c) for title, c in (("threads", threads), ("ranks", ranks)) if c]
    if not shown:
        return None
    figure = Figure(figsize=(7.4, 3.6))
    for axes, (title, curves) in zip(
        figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True
    ):
        _panel(axes, title, curves)
    return figure


def _curves(results: Sequence[Result], count: Callable[[Result], int]) -> list[Curve]:
    """Times as fast as on one, by the count, of everything that was measured on one too."""
    times: dict[str, dict[int, float]] = defaultdict(dict)
    for r in results:
        assert r.summary is not None
        times[r.key.rpartition("/")[0]][count(r)] = r.summary.median_s
    return [
        (name.partition("/")[0], [(n, by[1] / seconds) for n, seconds in sorted(by.items())])
        for name, by in times.items()
        if 1 in by and len(by) > 1
    ]


def _panel(axes: Axes, title: str, curves: list[Curve]) -> None:
    most = max(n for _, points in curves for n, _ in points)
    top = max([most, *(speed for _, points in curves for _, speed in points)]) * 1.08
    axes.plot([1, most], [1, most], color=INK, linestyle="--", linewidth=0.9)
    for _, points in curves:
        axes.plot(*zip(*points, strict=True), color=BLUE, linestyle="-", linewidth=0.9, marker="o",
                  markersize=3)  # fmt: skip
    axes.set_ylim(0, top)
    ends = [points[-1] for _, points in curves]
    heights = apart([speed / top for _, speed in ends], LABEL_GAP)
    for (name, _), (n, speed), height in zip(curves, ends, heights, strict=True):
        axes.annotate(
            f"{name} {speed:.2f}",
            (n, speed),
            xytext=(1.04, height),
            textcoords="axes fraction",
            fontsize=6.5,
            va="center",
            color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.4},
        )
    axes.set_xticks(sorted({n for _, points in curves for n, _ in points}))
    axes.set_xlabel(title)
    axes.set_ylabel("times as fast as on one")
