"""The page of a backtest: does the interval hold, how far off is it, where is it bad?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from hpcsim.studies.predict.backtest import OURS, Backtest
from hpcsim.studies.predict.log import Log
from hpcsim.studies.predict.score import Score
from hpcsim.studies.predict.weakness import groups, weaknesses

from ... import words
from ..html import Picture, Table
from ..plot import BLUE, INK, OCHRE, board_style, data_uri, duration_ticks
from .page import Page

_LEAST_S = 10.0


def write_backtest(found: Backtest, log: Log, title: str, path: Path) -> Path:
    """Write the page; InputError where that cannot be."""
    ours = found.scores()[OURS]
    with board_style():
        picture = Picture(
            "Predicted and actual waits",
            "A point is a job: across, the wait that was predicted as even odds; up, the wait that "
            "came. The band holds the outcomes between P10 and P90.",
            data_uri(_scatter(found)),
        )
    page = Page(
        kind="Backtest of predicted starts",
        title=title,
        under=f"{found.waited:,} of {found.jobs:,} jobs had to wait · "
        f"{len(found.rows):,} predicted at submission with what was known then",
        lead=f"The 80 % interval holds {words.share(ours.coverage)} of the outcomes. The pinball "
        f"loss is {words.share(found.gain())} below that of the best rival, "
        f"{found.best_rival()}.",
        figures=[picture],
        tables=[_methods(found), _groups(found, log)],
        notes_title="Where it is bad",
        notes=list(weaknesses(found, log)) or ["Nowhere among the groups that were looked at."],
    )
    return page.write(path)


def _scatter(found: Backtest) -> Figure:
    low, middle, high = np.maximum(found.quantiles_s[OURS].T, _LEAST_S)
    actual = np.maximum(found.wait_s, _LEAST_S)
    figure = Figure(figsize=(7.4, 4.4))
    axes = figure.subplots()
    inside = (found.wait_s >= found.quantiles_s[OURS][:, 0]) & (
        found.wait_s <= found.quantiles_s[OURS][:, 2]
    )
    axes.vlines(middle, low, high, color=BLUE, alpha=0.08, linewidth=1.5)
    axes.scatter(middle[inside], actual[inside], s=3, color=BLUE, label="within P10 to P90")
    axes.scatter(middle[~inside], actual[~inside], s=3, color=OCHRE, label="outside")
    most = float(max(actual.max(), middle.max())) * 1.2
    axes.plot([_LEAST_S, most], [_LEAST_S, most], color=INK, linewidth=0.6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(_LEAST_S, most)
    axes.set_ylim(_LEAST_S, most)
    duration_ticks(axes, _LEAST_S, most, "x")
    duration_ticks(axes, _LEAST_S, most, "y")
    axes.set_xlabel("predicted wait (P50)")
    axes.set_ylabel("actual wait")
    axes.legend(loc="upper left")
    return figure


def _row(name: str, score: Score) -> tuple[str, ...]:
    return (
        name,
        words.count(score.predictions),
        words.share(score.coverage),
        words.share(score.below),
        words.share(score.above),
        words.duration(score.pinball_s),
        words.duration(score.width_s),
    )


_HEAD = ("", "predictions", "P10-P90 holds", "below", "above", "pinball loss", "median width")


def _methods(found: Backtest) -> Table:
    rows = [_row(name, score) for name, score in found.scores().items()]
    return Table(_HEAD, rows, "Against simple rivals", frozenset({0}))


def _groups(found: Backtest, log: Log) -> Table:
    rows = [_row(name, found.scores(rows)[OURS]) for name, rows in groups(found, log).items()]
    return Table(_HEAD, rows, "By what was known beforehand", frozenset({0}))
