"""Every user as a dot: who uses how much, and who is slowed down how far."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...metrics.records import numbers
from ...words import number
from ..plot import BLUE, INK, OCHRE, PAPER, Plot, log_numbers
from ..view import View


def draw(view: View) -> Figure | None:
    """Mean bounded slowdown over core-hours, a dot a user, its area by jobs."""
    users = view.by_user
    if users is None:
        return None
    slowdown, core_h = numbers(users, "mean_bounded_slowdown"), numbers(users, "core_h")
    jobs = numbers(users, "jobs")
    shown = (slowdown > 0) & (core_h > 0)
    if np.count_nonzero(shown) < 2:
        return None
    figure = Figure(figsize=(7.4, 3.1))
    axes = figure.subplots()
    area = 9 + 160 * np.sqrt(jobs[shown] / jobs.max())
    axes.scatter(
        core_h[shown], slowdown[shown], s=area, facecolor=BLUE, alpha=0.45, edgecolor="white",
        linewidth=0.6,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        log_numbers(axis, lambda value: f"{value:,.10g}")
    axes.set_ylim(0.85, max(float(slowdown[shown].max()), 2.0) * 2)
    axes.set_xlabel("core-hours used (logarithmic)")
    axes.set_ylabel("mean bounded slowdown")
    _mean_line(axes, view)
    return figure


def _mean_line(axes: Axes, view: View) -> None:
    overall = view.run.summary.get("mean_bounded_slowdown")
    if not isinstance(overall, int | float):
        return
    axes.axhline(overall, color=OCHRE, linestyle="--", linewidth=1)
    axes.annotate(
        f"mean of all jobs: {number(overall)}",
        (0.995, overall),
        xycoords=("axes fraction", "data"),
        xytext=(0, 5),
        textcoords="offset points",
        ha="right",
        fontsize=7.5,
        color=INK,
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )


PLOT = Plot(
    order=50,
    title="How users fare",
    text="Each dot is a user; its area grows with the number of jobs. Fair means that the dots lie "
    "at one height, whatever is used.",
    draw=draw,
)
