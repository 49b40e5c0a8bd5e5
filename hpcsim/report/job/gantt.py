"""A workflow through time: a bar a task, above each other as they ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hpcsim.studies.follow.follow import Followed

from ... import words
from ..html import Picture, Table
from ..plot import BLUE, INK, MUTED, OCHRE, board_style, data_uri, time_unit
from .page import Page

_MOST_ROWS = 40


def write_gantt(found: Followed, title: str, path: Path) -> Path:
    """Write the page; InputError where that cannot be."""
    with board_style():
        picture = Picture(
            "The tasks through time",
            "A line is a task, in the order of their starts: thin while it waits for cores, thick "
            "while it runs. The chain of tasks that decided the end is marked.",
            data_uri(_gantt(found)),
        )
    page = Page(
        kind="A workflow in simulated time",
        title=title,
        under=f"{len(found.tasks):,} tasks on {words.count(found.cores)} cores",
        lead=f"It takes {words.duration(found.makespan_s)}; without ever waiting for cores it "
        f"would take {words.duration(found.ideal_s)} (the critical path).",
        figures=[picture],
        tables=[_decisive(found)],
    )
    return page.write(path)


def _gantt(found: Followed) -> Figure:
    known = np.flatnonzero(~np.isnan(found.end_s))
    order = known[np.argsort(found.start_s[known], kind="stable")]
    unit, name = time_unit(found.makespan_s)
    unit, name = (60.0, "minutes") if found.makespan_s < 7200 else (unit, name)
    decisive = np.isin(order, found.decisive())
    levels = np.arange(len(order))
    width = float(np.clip(220 / max(len(order), 1), 0.4, 7.0))
    figure = Figure(figsize=(7.4, 4.6))
    axes = figure.subplots()
    waits = _lines(found.ready_s[order] / unit, found.start_s[order] / unit, levels)
    axes.add_collection(LineCollection(waits, colors=MUTED, linewidths=0.4))
    runs = _lines(found.start_s[order] / unit, found.end_s[order] / unit, levels)
    colors = [OCHRE if each else BLUE for each in decisive.tolist()]
    axes.add_collection(LineCollection(runs, colors=colors, linewidths=width))
    axes.axvline(found.ideal_s / unit, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xlim(0, max(found.makespan_s, found.ideal_s) / unit * 1.02 or 1.0)
    axes.set_ylim(len(order), -1)
    axes.set_xlabel(f"{name} from the submission")
    axes.set_ylabel("tasks")
    handles = [
        Line2D([], [], color=BLUE, linewidth=4, label="runs"),
        Line2D([], [], color=OCHRE, linewidth=4, label="decided the end"),
        Line2D([], [], color=MUTED, linewidth=0.6, label="waits for cores"),
        Line2D([], [], color=INK, linewidth=0.8, linestyle="--", label="critical path"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=4)
    return figure


def _lines(begin: np.ndarray, end: np.ndarray, levels: np.ndarray) -> list[Any]:
    """A line a task, as matplotlib takes them."""
    pairs = np.stack((np.column_stack((begin, levels)), np.column_stack((end, levels))), axis=1)
    return list(pairs)


def _decisive(found: Followed) -> Table:
    rows = [
        (
            found.tasks.names[task],
            words.count(float(found.tasks.cores[task])),
            words.duration(float(found.ready_s[task])),
            words.duration(float(found.wait_s[task])),
            words.duration(float(found.end_s[task] - found.start_s[task])),
            words.duration(float(found.end_s[task])),
        )
        for task in found.decisive()[:_MOST_ROWS]
    ]
    head = ("task", "cores", "ready after", "waited", "ran", "ended after")
    return Table(head, rows, "The chain that decided the end", frozenset({0}))
