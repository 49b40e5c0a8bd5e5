"""What a study's pictures show, read back from the axes."""

from __future__ import annotations

import pytest

from hpcsim.report.study.pictures import pictures


def point(cores, load, wait_s):
    return {
        "changes": {"cores": cores, "load": load},
        "figures": {"mean_wait_s": {"mean": wait_s, "interval": [0.9 * wait_s, 1.1 * wait_s]}},
    }


def test_lines_side_by_side_have_one_unit():
    """A load at which jobs wait seconds, beside one at which they wait minutes."""
    waits = {(8, 0.7): 106.0, (12, 0.7): 48.0, (8, 0.9): 680.0, (12, 0.9): 400.0}
    answer = {
        "kind": "sweep",
        "design": "grid",
        "points": [point(cores, load, wait_s) for (cores, load), wait_s in waits.items()],
        "sensitivities": {},
    }
    (drawn,) = pictures(answer)
    (axes,) = drawn.figure.axes
    assert axes.get_ylabel() == "mean_wait, minutes"
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert lines["load = 0.70"] == pytest.approx([106 / 60, 48 / 60])
    assert lines["load = 0.90"] == pytest.approx([680 / 60, 400 / 60])
    assert all(tick == int(tick) for tick in axes.get_xticks())


def test_dots_do_not_touch_the_frame():
    figures = {"mean_wait_s": {"mean": 60.0, "interval": [50.0, 70.0]}}
    (drawn,) = pictures({"kind": "replicate", "figures": figures})
    low, high = sorted(drawn.figure.axes[0].get_ylim())
    assert low < 0 < high
