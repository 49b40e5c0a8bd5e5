"""How much of the machine was in use."""

from __future__ import annotations

import numpy as np

from .kinds import Floats


def used_core_s(
    start_s: Floats, end_s: Floats, cores: Floats, begin_s: float, finish_s: float
) -> float:
    """Core-seconds that jobs used between two moments.

    A job without an end (NaN) runs to `finish_s`; one without a start uses nothing.
    """
    until = np.where(np.isnan(end_s), finish_s, end_s)
    held = np.clip(until, begin_s, finish_s) - np.clip(start_s, begin_s, finish_s)
    return float(np.nansum(held * cores))


def utilization(
    start_s: Floats,
    end_s: Floats,
    cores: Floats,
    machine_cores: int,
    begin_s: float,
    finish_s: float,
) -> float:
    """Used core-seconds over all core-seconds between two moments, as a share of 1.

    Over a whole run the moments are the first submission and the last end. Feitelson, Rudolph,
    Schwiegelshohn, Sevcik and Wong, "Theory and practice in parallel job scheduling", JSSPP 1997.
    NaN if no time passes.
    """
    span = finish_s - begin_s
    if not span > 0:
        return float("nan")
    return used_core_s(start_s, end_s, cores, begin_s, finish_s) / (machine_cores * span)
