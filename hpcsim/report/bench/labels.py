"""Labels beside points that do not lie on each other, and axes in engineers' prefixes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from kernels.harness.words import quantity

ROUNDS = 200
MOST_TICKS = 6


def apart(values: Sequence[float], gap: float) -> list[float]:
    """The values moved as little as it takes to be `gap` apart, in their order."""
    order = sorted(range(len(values)), key=values.__getitem__)
    placed = [values[i] for i in order]
    for _ in range(ROUNDS):
        moved = False
        for i in range(len(placed) - 1):
            short = gap - (placed[i + 1] - placed[i])
            if short > 1e-9:
                placed[i] -= short / 2
                placed[i + 1] += short / 2
                moved = True
        if not moved:
            break
    result = [0.0] * len(values)
    for position, i in zip(placed, order, strict=True):
        result[i] = position
    return result


def quantities(axes: Axes, which: str, unit: str) -> None:
    """Decades of a logarithmic axis as `10 GB/s`."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(10))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _short(value, unit)))


def _short(value: float, unit: str) -> str:
    text = quantity(value, unit)
    number, _, rest = text.partition(" ")
    return f"{float(number):g} {rest}"


def byte_sizes(axes: Axes, least: float, most: float) -> None:
    """Powers of two of a logarithmic axis as B, KiB, MiB."""
    low, high = math.floor(math.log2(max(least, 1))), math.ceil(math.log2(max(most, 2)))
    step = max(1, math.ceil((high - low) / MOST_TICKS))
    ticks = [2.0**power for power in range(low, high + 1, step)]
    axes.xaxis.set_ticks(ticks, [bytes_(tick) for tick in ticks])
    axes.xaxis.set_ticks([], minor=True)


def bytes_(count: float) -> str:
    """`65536` as `64 KiB`."""
    for size, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} B"
