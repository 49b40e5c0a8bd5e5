"""The roofline: every kernel with flops beneath the ceilings that were measured."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kernels.harness.results import Result

from ..plot import BLUE, INK, MUTED, OCHRE
from .labels import apart, quantities
from .view import BenchView, Ceiling, flop_rate

TITLE = "Roofline"
TEXT = (
    "Each point is a verified kernel: right is more arithmetic for each byte, up is faster. The "
    "slanted lines are the bandwidths of the memory levels as the STREAM loops measured them, the "
    "flat lines the most flop/s that any kernel reached. A point on its line cannot go faster on "
    "this machine; filled points ran on one thread, open ones on the most threads. A kernel is "
    "drawn by its traffic with main memory, so one that lives in a cache may stand above the line "
    "of the memory."
)
LEAST_INTENSITY, MOST_INTENSITY = 2.0**-6, 2.0**9
LABEL_GAP = 0.052
# A line this close beneath another one has no room for its name.
NEAR = 1.35


def draw(view: BenchView) -> Figure | None:
    """None without a kernel that has flops."""
    points = [r for r in _widest_and_single(view) if flop_rate(r) > 0]
    points = [r for r in points if r.work is not None and r.work.intensity > 0]
    if not points:
        return None
    figure = Figure(figsize=(7.4, 5.2))
    axes = figure.subplots()
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlim(LEAST_INTENSITY, MOST_INTENSITY)
    rates = [flop_rate(r) for r in points]
    peaks = [p for n in sorted({1, view.widest}) if (p := view.peak(n)) is not None]
    axes.set_ylim(min(rates) / 3, max([*rates, *(p.value for p in peaks)]) * 2.5)
    for peak in peaks:
        _flat(axes, peak, above=peak == peaks[-1])
    drawn: list[float] = []
    for band in sorted(view.bandwidths.values(), key=lambda b: -b.value):
        if band.threads in (1, view.widest):
            named = all(other / band.value > NEAR for other in drawn)
            drawn.append(band.value)
            top = max((p.value for p in peaks if p.threads == band.threads), default=0.0)
            _slanted(axes, band, top, named)
    _points(axes, points)
    axes.set_xlabel("flops for each byte of memory traffic")
    axes.set_xticks([2.0**p for p in range(-6, 10, 3)], ["1/64", "1/8", "1", "8", "64", "512"])
    quantities(axes, "y", "flop/s")
    axes.grid(axis="x", visible=False)
    return figure


def _widest_and_single(view: BenchView) -> list[Result]:
    """Of each kernel the largest size, on one thread and on the most."""
    chosen: dict[tuple[str, int], Result] = {}
    for r in view.local:
        if r.kernel == "cache_triad":  # it is what the lines are drawn from
            continue
        known = chosen.get((r.kernel, r.threads))
        if r.threads in (1, view.widest) and (known is None or r.held_bytes > known.held_bytes):
            chosen[r.kernel, r.threads] = r
    return list(chosen.values())


def _flat(axes: Axes, peak: Ceiling, above: bool) -> None:
    axes.axhline(peak.value, color=INK, linewidth=1.0, linestyle="-" if peak.threads == 1 else "--")
    axes.annotate(
        f"most flop/s, {_threads(peak.threads)}",
        (LEAST_INTENSITY, peak.value),
        xytext=(4, 3 if above else -3),
        textcoords="offset points",
        va="bottom" if above else "top",
        color=INK,
        fontsize=7,
    )


def _slanted(axes: Axes, band: Ceiling, peak: float, named: bool) -> None:
    """To where it meets the peak; with its name if there is room for one."""
    right = min(MOST_INTENSITY, peak / band.value if peak else MOST_INTENSITY)
    x = np.array([LEAST_INTENSITY, max(right, LEAST_INTENSITY * 2)])
    style = "-" if band.threads == 1 else "--"
    axes.plot(x, x * band.value, color=MUTED, linewidth=0.8, linestyle=style)
    if not named:
        return
    bottom = axes.get_ylim()[0]
    left = max(LEAST_INTENSITY * 1.1, bottom * 1.6 / band.value)
    axes.annotate(
        f"{band.name}, {_threads(band.threads)}",
        (left, left * band.value),
        xytext=(0, 4),
        textcoords="offset points",
        rotation=33,
        rotation_mode="anchor",
        color=MUTED,
        fontsize=6.5,
    )


def _points(axes: Axes, points: list[Result]) -> None:
    low, high = (np.log10(limit) for limit in axes.get_ylim())
    heights = [(np.log10(flop_rate(r)) - low) / (high - low) for r in points]
    named = [i for i, r in enumerate(points) if r.threads == 1] or list(range(len(points)))
    spread = apart([heights[i] for i in named], LABEL_GAP)
    for r in points:
        assert r.work is not None
        filled = r.threads == 1
        axes.plot(
            r.work.intensity,
            flop_rate(r),
            "o",
            markersize=4.5,
            color=BLUE if filled else OCHRE,
            markerfacecolor=BLUE if filled else "none",
        )
    for i, height in zip(named, spread, strict=True):
        _label(axes, points[i], 10 ** (low + height * (high - low)))


def _label(axes: Axes, result: Result, y: float) -> None:
    assert result.work is not None
    x = min(max(result.work.intensity, LEAST_INTENSITY), MOST_INTENSITY / 8)
    axes.annotate(
        result.kernel,
        (result.work.intensity, flop_rate(result)),
        xytext=(x * 1.5, y),
        fontsize=6.5,
        color=INK,
        va="center",
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.4, "shrinkB": 3},
    )


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"
