"""The picture of a prediction: how likely a job has started by when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from hpcsim.studies.predict.prediction import Prediction
from hpcsim.studies.predict.state import State

from ... import words
from ..html import Picture, Table
from ..plot import BLUE, OCHRE, board_style, data_uri, time_unit
from .page import Page

_MOST_PICTURES = 12
_MOST_SENTENCES = 3


def write_prediction(answers: Sequence[Prediction], state: State, path: Path) -> Path:
    """Write the page; InputError where that cannot be."""
    with board_style():
        pictures = [
            Picture(
                answer.name,
                "The curve says how likely the job has started by then. The band is the time "
                "between P10 and P90, the upright line P50.",
                data_uri(_curve(answer)),
            )
            for answer in answers[:_MOST_PICTURES]
        ]
    tested = answers[0].tested if answers else 0
    rests = (
        f"The quantiles are corrected by {tested:,} predictions of the recent past."
        if tested
        else "Nothing is known of past waits: the quantiles are the simulation's own."
    )
    page = Page(
        kind="Predicted starts",
        title=", ".join(answer.name for answer in answers[:_MOST_SENTENCES]),
        under=f"{len(state.running):,} jobs run and {len(state.waiting):,} wait on "
        f"{words.count(state.log.machine_cores)} cores · {state.policy.name}",
        lead=" ".join([*(answer.sentence for answer in answers[:_MOST_SENTENCES]), rests]),
        figures=pictures,
        tables=[_table(answers, state)],
    )
    return page.write(path)


def _curve(answer: Prediction) -> Figure:
    waits = np.sort(answer.waits_s[np.isfinite(answer.waits_s)])
    unit, name = time_unit(float(waits[-1]) if len(waits) else 0.0)
    figure = Figure(figsize=(7.4, 2.8))
    axes = figure.subplots()
    low, middle, high = answer.wait_s / unit
    axes.axvspan(low, high, color=BLUE, alpha=0.12)
    axes.axvline(middle, color=OCHRE, linewidth=1.0)
    shares = np.arange(1, len(waits) + 1) / len(answer.waits_s)
    axes.step(np.concatenate(([0.0], waits / unit)), np.concatenate(([0.0], shares)),
              where="post", color=BLUE)  # fmt: skip
    axes.set_ylim(0, 1)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"{name} from now")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_ylabel("chance to have started")
    return figure


def _table(answers: Sequence[Prediction], state: State) -> Table:
    head = ("job", "start P10", "P50", "P90", "end P10", "P50", "P90")
    rows = [
        (answer.name, *(state.moment(float(s)) for s in (*answer.wait_s, *answer.end_s)))
        for answer in answers
    ]
    return Table(head, rows, "Starts and ends", frozenset(range(7)))
