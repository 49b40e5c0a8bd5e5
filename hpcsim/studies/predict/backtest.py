"""Would it have been right? A history replayed, with predictions at thousands of its moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hpcsim.cluster.policy import Policy
from hpcsim.errors import InputError, Problem

from .alike import Asked
from .futures import Simulator
from .intervals import Corrector
from .log import Floats, Ints, Log
from .rivals import PastWaits, bounded_quantiles, mean_wait, plain_quantiles
from .score import LEVELS, Score, score

OURS, RAW = "simulated futures", "simulated futures, uncorrected"
RIVALS = ("mean by queue", "quantile bound", "quantiles by queue", "scheduler's reservation")
_WARM_UP = 0.1
_LEAST_MOMENTS = 60


@dataclass(frozen=True, eq=False)
class Backtest:
    """Predictions and outcomes: N jobs that had to wait, each predicted at its submission.

    `rows`: their rows in the log; `wait_s`: float64[N]; `quantiles_s`: P10, P50, P90 by method,
    float64[N, 3].
    """

    jobs: int
    waited: int
    rows: Ints
    moment_s: Floats
    wait_s: Floats
    quantiles_s: dict[str, Floats]

    def scores(self, chosen: Ints | None = None) -> dict[str, Score]:
        """The score of each method, over all predictions or over the `chosen` ones."""
        rows = np.arange(len(self.wait_s)) if chosen is None else chosen
        return {name: score(self.wait_s[rows], q[rows]) for name, q in self.quantiles_s.items()}

    def best_rival(self) -> str:
        """The rival with the least pinball loss."""
        scores = self.scores()
        return min(RIVALS, key=lambda name: scores[name].pinball_s)

    def gain(self) -> float:
        """By what share our pinball loss is below the best rival's."""
        scores = self.scores()
        return 1 - scores[OURS].pinball_s / scores[self.best_rival()].pinball_s


def backtest(
    log: Log,
    policy: Policy,
    rng: np.random.Generator,
    *,
    moments: int = 2000,
    futures: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Predict the waits of `moments` jobs of a finished `log`, each with what was known then.

    Only jobs that had to wait are predicted: for the others the answer is "now", which the
    scheduler says itself. The first tenth of the log is history only. Raises InputError where too
    few jobs waited.
    """
    waited = np.flatnonzero((log.start_s > log.submit_s) & np.isfinite(log.start_s))
    rows = _evenly(waited[waited >= _WARM_UP * len(log)], moments)
    if len(rows) < _LEAST_MOMENTS:
        raise InputError(
            Problem(
                "too few jobs of the history had to wait to test predictions on them",
                value=str(len(rows)),
                rule=f"at least {_LEAST_MOMENTS} behind the first tenth",
                hint="give fewer --cores or a busier trace",
            )
        )
    simulator, corrector, past = Simulator(policy, log.machine_cores), Corrector(), PastWaits(log)
    wait = log.start_s[rows] - log.submit_s[rows]
    found = {name: np.empty((len(rows), 3)) for name in (OURS, RAW, *RIVALS)}
    for at, row in enumerate(rows.tolist()):
        now = float(log.submit_s[row])
        asked = np.array([row], np.int64)
        run = simulator.futures(log, now, asked, futures, rng, log.waiting_at(now, row))
        drawn = run.wait_s[:, 0]
        before = past.known_at(now, row)
        question = Asked.of_row(log, row, now, drawn, before, float(run.reserved_s[0]))
        found[OURS][at] = corrector.quantiles(question)
        corrector.remember(question, found[OURS][at], float(wait[at]))
        found[RAW][at] = np.quantile(np.minimum(drawn, 1e9), LEVELS)
        for name, quantiles in zip(RIVALS, (mean_wait, bounded_quantiles, plain_quantiles),
                                   strict=False):  # fmt: skip
            found[name][at] = quantiles(before)
        found[RIVALS[3]][at] = min(run.reserved_s[0], 1e9)
        if progress is not None:
            progress(at + 1, len(rows))
    return Backtest(len(log), len(waited), rows, log.submit_s[rows], wait, found)


def _evenly(rows: Ints, many: int) -> Ints:
    if len(rows) <= many:
        return rows
    return rows[np.linspace(0, len(rows) - 1, many).astype(np.int64)]
