"""Bandwidth and latency over the size of what is worked on: the levels of memory."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kernels.harness.results import Result

from ..plot import BLUE, MUTED, OCHRE
from .labels import byte_sizes, quantities
from .view import BenchView

TITLE = "The levels of memory"
TEXT = (
    "Left, the bandwidth of STREAM's triad on one thread; right, the time of a load whose address "
    "depends on the one before. Each falls in steps where the arrays outgrow a cache; the vertical "
    "lines are the caches as the processor describes them. On a virtual machine the last cache is "
    "shared with neighbours, and only a part of it is really there."
)


def draw(view: BenchView) -> Figure | None:
    """None where fewer than two sizes were measured."""
    triad = _of(view, "cache_triad", "stream_triad")
    chase = _of(view, "pointer_chase")
    if len(triad) < 2 and len(chase) < 2:
        return None
    figure = Figure(figsize=(7.4, 2.9))
    left, right = figure.subplots(1, 2)
    _curve(left, view, triad, "B/s", BLUE, "bandwidth, triad")
    _curve(right, view, chase, "s", OCHRE, "latency of a load")
    return figure


def _of(view: BenchView, *kernels: str) -> list[Result]:
    found = [r for r in view.local if r.kernel in kernels and r.threads == 1]
    return sorted(found, key=lambda r: r.held_bytes)


def _curve(
    axes: Axes, view: BenchView, results: list[Result], unit: str, color: str, title: str
) -> None:
    axes.set_title(title)
    if not results:
        axes.set_axis_off()
        return
    x = [r.held_bytes for r in results]
    figures = [r.figure for r in results if r.figure is not None]
    y = [f.value for f in figures]
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    errors = [[f.value - f.low for f in figures], [f.high - f.value for f in figures]]
    axes.errorbar(x, y, yerr=errors, color=color, marker="o", markersize=4, capsize=2)
    for cache in view.session.fingerprint.processor.caches:
        axes.axvline(cache.bytes, color=MUTED, linewidth=0.6, linestyle=":")
        axes.annotate(
            f"L{cache.level}",
            (cache.bytes, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, -7),
            textcoords="offset points",
            fontsize=6.5,
            color=MUTED,
        )
    byte_sizes(axes, min(x) / 2, max(x) * 2)
    axes.tick_params(axis="x", labelsize=6.5)
    axes.set_ylim(min(y) / 1.8, max(y) * 2.2)
    quantities(axes, "y", unit)
    axes.set_xlabel("bytes worked on")
