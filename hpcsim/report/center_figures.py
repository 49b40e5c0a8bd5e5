"""Figures of the centre's subsystems, drawn from the tables of a run folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..metrics.kinds import Floats
from ..metrics.records import numbers
from ..units import DAY_S
from .html import Picture
from .plot import BLUE, MUTED, OCHRE, board_style, data_uri

WIDE = (7.4, 2.6)
STYLES = ("-", "--", "-.", ":", (0, (1, 1)))
Tables = Mapping[str, pa.Table]


def picture(draw: Callable[[Axes], None], title: str, text: str) -> Picture:
    """One wide figure drawn by `draw` on its axes."""
    with board_style():
        figure = Figure(figsize=WIDE)
        axes = figure.subplots()
        draw(axes)
        axes.set_title(title)
        return Picture(title, text, data_uri(figure))


def samples(tables: Tables) -> list[Picture]:
    """Samples ordered and delivered, day by day."""
    days = tables.get("sequencing_days")
    if days is None or days.num_rows < 2:
        return []

    def draw(axes: Axes) -> None:
        day = np.arange(days.num_rows)
        axes.step(day, numbers(days, "ordered"), where="mid", color=OCHRE, label="ordered")
        axes.step(day, numbers(days, "delivered"), where="mid", color=BLUE, label="delivered")
        _days(axes, days.num_rows)
        axes.set_ylabel("samples a day")
        _legend(axes)

    text = "Reports are signed as the analyses end; the first days deliver what was in the lab."
    return [picture(draw, "Samples ordered and delivered", text)]


def messages(tables: Tables) -> list[Picture]:
    """Messages a second, by quarter hours of the run: the day's mean and its busiest stretch."""
    ingest = tables.get("record_ingest")
    if ingest is None or ingest.num_rows < 8:
        return []
    times = numbers(ingest, "time_s")
    step = float(np.median(np.diff(times)))
    came = sum(
        (numbers(ingest, f"messages_{kind}") for kind in ("on_time", "late", "again")),
        np.zeros(len(times)),
    )
    day = np.ceil(times / DAY_S).astype(np.int64) - 1
    mean = np.bincount(day, came) / np.maximum(np.bincount(day) * step, 1)
    most = np.zeros(len(mean))
    np.maximum.at(most, day, came / step)

    def draw(axes: Axes) -> None:
        axes.step(np.arange(len(mean)), most, where="mid", color=OCHRE, label="busiest stretch")
        axes.step(np.arange(len(mean)), mean, where="mid", color=BLUE, label="mean of the day")
        _days(axes, len(mean))
        axes.set_ylabel("messages a second")
        _legend(axes)

    return [picture(draw, "Messages from the institutions", "Weekends and holidays are quieter.")]


def tubes(tables: Tables) -> list[Picture]:
    """Tubes that came and left."""
    days = tables.get("biobank_days")
    if days is None or days.num_rows < 2:
        return []

    def draw(axes: Axes) -> None:
        day = np.arange(days.num_rows)
        axes.bar(day, numbers(days, "came"), color=BLUE, label="came")
        axes.bar(day, -numbers(days, "left"), color=OCHRE, label="left")
        _days(axes, days.num_rows)
        axes.set_ylabel("tubes a day")
        _legend(axes)

    return [picture(draw, "Tubes that came and left", "Above zero what came, below what left.")]


def fill(tables: Tables) -> list[Picture]:
    """How full each tier was."""
    tiers = tables.get("storage_tiers")
    if tiers is None or tiers.num_rows < 10:
        return []
    names = tiers["tier"].combine_chunks()
    codes = names.indices.to_numpy() if pa.types.is_dictionary(names.type) else None
    if codes is None:
        return []
    labels = names.dictionary.to_pylist()
    times, stored = numbers(tiers, "time_s") / DAY_S, numbers(tiers, "stored_bytes")

    def draw(axes: Axes) -> None:
        for code, label in enumerate(labels):
            mine = codes == code
            level = stored[mine] / 1e15
            style = STYLES[code % len(STYLES)]
            axes.plot(times[mine], level - level[0], linestyle=style, label=label)
        axes.axhline(0, color=MUTED, linewidth=0.6)
        axes.set_xlim(0, times.max())
        axes.set_xlabel("days")
        axes.set_ylabel("PB more than at the start")
        _legend(axes)

    return [picture(draw, "What each tier has gained", "Moves between tiers show in both.")]


def bars(labels: Sequence[str], values: Floats, title: str, text: str, unit: str) -> list[Picture]:
    """Horizontal bars, one a label."""
    if not len(labels):
        return []

    def draw(axes: Axes) -> None:
        place = np.arange(len(labels))[::-1]
        axes.barh(place, values, color=BLUE)
        axes.set_yticks(place, labels)
        axes.set_xlabel(unit)

    return [picture(draw, title, text)]


def approvals(figures: Mapping[str, float]) -> list[Picture]:
    """Working days to approval by class, today and before."""
    classes = [key for key in figures if key.startswith("class_") and key.endswith("working_days")]
    if not classes or "before_approval_mean_working_days" not in figures:
        return []
    labels = [f"class {key.split('_')[1]}" for key in classes] + ["all, before"]
    values = np.array([figures[key] for key in classes])
    values = np.append(values, figures["before_approval_mean_working_days"])
    return bars(
        labels, values, "Approval", "A class D lot is approved within a day.", "working days, mean"
    )


def promises(figures: Mapping[str, float], products: Sequence[str]) -> list[Picture]:
    """The share of each product's samples delivered within what was promised."""
    known = [name for name in products if f"{name}_within_promise" in figures]
    if not known:
        return []

    def draw(axes: Axes) -> None:
        place = np.arange(len(known))[::-1]
        axes.barh(place, [figures[f"{name}_within_promise"] for name in known], color=BLUE)
        axes.set_yticks(place, [name.replace("_", "-") for name in known])
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))

    return [picture(draw, "Delivered within the promise", "Of the samples delivered in the run.")]


def _legend(axes: Axes) -> None:
    """The lines' names on the title's line, where no line can cross them."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.1, ncols=5)


def _days(axes: Axes, days: int) -> None:
    axes.set_xlim(-0.5, days - 0.5)
    axes.set_xlabel("day of the run")
