"""Leaving out the machine that fills and the machine that empties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError, Problem
from .kinds import Floats


@dataclass(frozen=True)
class Window:
    """The moments between which a run is measured, in seconds."""

    begin_s: float
    finish_s: float


def window(submit_s: Floats, end_s: Floats, warmup_s: float, cooldown_s: float) -> Window:
    """From the first submission plus the warm-up to the last end minus the cool-down.

    Without an end (nothing ran) the last submission stands for it. A simulated machine starts
    empty and ends empty, which no real one does: Frachtenberg and Feitelson, "Pitfalls in
    parallel job scheduling evaluation", JSSPP 2005. InputError if nothing is left.
    """
    if not submit_s.size:
        return Window(0.0, 0.0)
    ended = end_s[~np.isnan(end_s)]
    first, last = float(submit_s.min()), float(ended.max() if ended.size else submit_s.max())
    begin_s, finish_s = first + warmup_s, last - cooldown_s
    if min(warmup_s, cooldown_s) < 0 or begin_s > finish_s:
        raise InputError(
            Problem(
                "warm-up and cool-down leave nothing to measure",
                value=f"{warmup_s:g} s and {cooldown_s:g} s",
                rule=f"both at least 0, together at most the run's {last - first:g} s",
            )
        )
    return Window(begin_s, finish_s)


def inside(submit_s: Floats, measured: Window) -> np.ndarray:
    """Which jobs count: those submitted inside the window, its edges included."""
    return (submit_s >= measured.begin_s) & (submit_s <= measured.finish_s)
