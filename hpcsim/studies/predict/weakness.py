"""Where predictions are bad, said plainly: groups of jobs whose interval does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hpcsim.units import DAY_S, HOUR_S

from .backtest import OURS, Backtest
from .log import Ints, Log

ASKED = 0.80
GOOD = (0.75, 0.85)
_LEAST = 50


def groups(found: Backtest, log: Log) -> dict[str, Ints]:
    """Predictions by what was known beforehand: size, limit, expected wait, time."""
    cores = log.cores[found.rows] / log.machine_cores
    limit = log.limit_s[found.rows]
    expected = found.quantiles_s[OURS][:, 1]
    third = np.arange(len(found.rows)) * 3 // max(len(found.rows), 1)
    kinds = {
        "jobs of up to 1/32 of the machine": cores <= 1 / 32,
        "jobs of 1/32 to 1/4 of the machine": (cores > 1 / 32) & (cores <= 1 / 4),
        "jobs of more than 1/4 of the machine": cores > 1 / 4,
        "limits up to 1 h": limit <= HOUR_S,
        "limits of 1 to 12 h": (limit > HOUR_S) & (limit <= 12 * HOUR_S),
        "limits above 12 h": limit > 12 * HOUR_S,
        "expected waits up to 10 min": expected <= 600,
        "expected waits of 10 min to 6 h": (expected > 600) & (expected <= 6 * HOUR_S),
        "expected waits of 6 h to 2 d": (expected > 6 * HOUR_S) & (expected <= 2 * DAY_S),
        "expected waits above 2 d": expected > 2 * DAY_S,
        "the first third of the time": third == 0,
        "the second third of the time": third == 1,
        "the last third of the time": third == 2,
    }
    rows = {name: np.flatnonzero(chosen) for name, chosen in kinds.items()}
    return {name: chosen for name, chosen in rows.items() if len(chosen) >= _LEAST}


def weaknesses(found: Backtest, log: Log) -> Iterator[str]:
    """A sentence for each thing that a reader must not believe."""
    whole = found.scores()[OURS]
    if not GOOD[0] <= whole.coverage <= GOOD[1]:
        yield f"BAD: the 80 % interval holds {whole.coverage:.0%} of the outcomes"
    for name, rows in groups(found, log).items():
        scores = found.scores(rows)
        ours = scores[OURS]
        best = found.best_rival()
        if not GOOD[0] <= ours.coverage <= GOOD[1]:
            side = "earlier" if ours.below > ours.above else "later"
            yield (
                f"not good: {name}: the interval holds {ours.coverage:.0%} of {len(rows):,}, "
                f"most others start {side}"
            )
        if ours.pinball_s > scores[best].pinball_s:
            yield f"BAD: {name}: the best rival ({best}) has a smaller loss there"
