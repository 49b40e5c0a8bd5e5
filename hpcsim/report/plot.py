"""What a figure is, and how it becomes a part of a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from ..units import DAY_S, HOUR_S
from ..words import DURATION_TICKS_S, tick
from .view import View

INK, MUTED, PAPER = "#22313d", "#5d6b76", "#ffffff"
BLUE, OCHRE = "#17415c", "#b5622b"
# Lightness falls evenly, so that a black and white print keeps the order.
SHADES = LinearSegmentedColormap.from_list(
    "shades", ["#eef2ef", "#c5d9d6", "#8db5b9", "#528a9c", "#285f7d", "#123650"]
)
_STYLE = Path(__file__).with_name("board.mplstyle")


@dataclass(frozen=True)
class Plot:
    """A figure: its place on the page, its words, and how it is drawn.

    `draw` returns None where a run has nothing to show; `compare` draws several runs in one figure.
    `text` says what is seen and how to read it, `compare_text` the same where it differs.
    """

    order: int
    title: str
    text: str
    draw: Callable[[View], Figure | None]
    compare: Callable[[Sequence[View]], Figure | None] | None = None
    compare_text: str = ""


@contextmanager
def board_style() -> Iterator[None]:
    """Figures made and saved inside look as the style file says; nothing changes outside."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rc_file(_STYLE, use_default_template=False)
        yield


def data_uri(figure: Figure) -> str:
    """The figure as an SVG in a data URI; the same figure gives the same text."""
    FigureCanvasSVG(figure)
    layout = figure.get_layout_engine()
    if layout is not None:
        # Once, here: left to `savefig`, it would draw the figure once more for it.
        layout.execute(figure)
        figure.set_layout_engine("none")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def time_unit(span_s: float) -> tuple[float, str]:
    """The unit in which a span reads best, in seconds and in words."""
    return (DAY_S, "days") if span_s > 3 * DAY_S else (HOUR_S, "hours")


class LogNumbers(LogFormatter):
    """Marks of a logarithmic axis, those between powers of ten too where there is room."""

    def __init__(self, say: Callable[[float], str]) -> None:
        super().__init__()
        self._say = say

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The mark's text, or nothing where marks would stand too close."""
        return self._say(x) if super().__call__(x, pos) else ""


def log_numbers(axis: Axis, say: Callable[[float], str]) -> None:
    """Write the marks of a logarithmic axis with `say`."""
    axis.set_major_formatter(LogNumbers(say))
    axis.set_minor_formatter(LogNumbers(say))


def duration_ticks(axis_of: Axes, low_s: float, high_s: float, which: str = "x") -> None:
    """Put ticks at natural durations on a logarithmic axis of `axis_of`."""
    axis = axis_of.xaxis if which == "x" else axis_of.yaxis
    ticks = [t for t in DURATION_TICKS_S if low_s <= t <= high_s]
    axis.set_ticks(ticks, [tick(t) for t in ticks])
    axis.set_ticks([], minor=True)
