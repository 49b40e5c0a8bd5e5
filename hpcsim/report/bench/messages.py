"""Time and bandwidth of messages over their size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kernels.harness.results import Result

from .labels import byte_sizes, quantities
from .view import BenchView

TITLE = "Messages between ranks"
TEXT = (
    "Left, the time of one message (half a ping-pong) and of collective operations; right, the "
    "bandwidth of windows of messages. Times stay flat while the start of a message costs more "
    "than its bytes; bandwidth rises until the transport or the memory is the limit."
)


def draw(view: BenchView) -> Figure | None:
    """None where no messages were sent."""
    sized = [r for r in view.verified if r.group == "mpi" and "bytes" in r.parameters]
    times = [r for r in sized if r.figure is not None and r.figure.unit == "s"]
    bands = [r for r in sized if r.figure is not None and r.figure.unit == "B/s"]
    if not times and not bands:
        return None
    figure = Figure(figsize=(7.4, 3.3))
    left, right = figure.subplots(1, 2)
    _curves(left, times, "s", "time")
    _curves(right, bands, "B/s", "bandwidth")
    return figure


def _curves(axes: Axes, results: Sequence[Result], unit: str, title: str) -> None:
    axes.set_title(title)
    if not results:
        axes.set_axis_off()
        return
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for r in results:
        assert r.figure is not None
        lines[f"{r.kernel.removeprefix('mpi_')}, {r.ranks} ranks"].append(
            (r.parameters["bytes"], r.figure.value)
        )
    for name, points in lines.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", markersize=2.5, label=name)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    sizes = [size for points in lines.values() for size, _ in points]
    byte_sizes(axes, min(sizes), max(sizes))
    axes.tick_params(axis="x", labelsize=6.5)
    quantities(axes, "y", unit)
    axes.set_xlabel("bytes of a message")
    axes.legend(fontsize=6.5, loc="upper left")
