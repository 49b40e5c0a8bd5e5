"""When will these jobs start and end? A distribution, corrected by how past ones came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpcsim import words
from hpcsim.errors import InputError, Problem
from hpcsim.rng import stream
from hpcsim.units import DAY_S

from .alike import Asked
from .futures import Futures, Simulator
from .intervals import Corrector
from .log import Floats, Ints, Log
from .rivals import PastWaits
from .score import LEVELS
from .state import State

FUTURES = 200
MOST_ASKED = 4096
_PAST_FUTURES = 48
_MOST_PAST, _LEAST_PAST = 150, 30
_WORK = 120_000
"""Jobs that the past predictions may meet in all, so that an answer comes in seconds."""
_LEAST_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Wanted:
    """A job, or the elements of an array: cores and limits, one an element."""

    name: str
    cores: tuple[int, ...]
    limit_s: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Prediction:
    """Waits and ends from now, in seconds: P10, P50, P90, and the futures behind them.

    For an array the start is that of its first element and the end that of its last. `tested`:
    on how many past predictions the correction rests; 0 where nothing is known of the past.
    """

    name: str
    wait_s: Floats
    end_s: Floats
    waits_s: Floats
    last_wait_s: Floats
    reserved_s: float
    tested: int

    @property
    def sentence(self) -> str:
        """When it starts, in words."""
        low, middle, high = (words.duration(wait) for wait in self.wait_s.tolist())
        if self.wait_s[2] <= 0:
            return f"{self.name} starts at once."
        return f"{self.name} starts in {middle} (P50), 8 in 10 between {low} and {high}."

    def chance_by(self, seconds: float) -> float:
        """The share of futures in which it has started by then."""
        return float(np.mean(self.waits_s <= seconds))


class Predictor:
    """Answers for one state; the past is looked at once, when it is first needed."""

    def __init__(self, state: State, seed: int = 0, futures: int = FUTURES) -> None:
        self.state, self.seed, self.many = state, seed, futures
        self._simulator = Simulator(state.policy, state.log.machine_cores)
        self._corrector: Corrector | None = None
        self.tested = 0

    def futures(self, wanted: Wanted, user: int = -1) -> Futures:
        """Futures of jobs that are submitted now; the same draws for each question."""
        check_size(wanted, self.state)
        log, rows = self.state.with_jobs(wanted.cores, wanted.limit_s, user)
        return self._run(log, rows, self.state.waiting)

    def futures_of_row(self, row: int) -> Futures:
        """Futures of a job that waits already."""
        waiting = self.state.waiting
        return self._run(self.state.log, np.array([row]), waiting[waiting < row],
                         waiting[waiting > row])  # fmt: skip

    def wanted_of(self, row: int) -> Wanted:
        """What a job of the state asked for."""
        log = self.state.log
        return Wanted(str(self.state.ids[row]), (int(log.cores[row]),), (float(log.limit_s[row]),))

    def predict(self, wanted: Wanted, user: int = -1) -> Prediction:
        """The distribution of start and end of jobs that are submitted now."""
        log, rows = self.state.with_jobs(wanted.cores, wanted.limit_s, user)
        return self._answer(wanted.name, self.futures(wanted, user), log, int(rows[0]))

    def predict_row(self, row: int) -> Prediction:
        """The same for a job that waits already."""
        return self._answer(self.state.ids[row], self.futures_of_row(row), self.state.log, row)

    def _run(self, log: Log, rows: Ints, before: Ints, behind: Ints | None = None) -> Futures:
        rng = stream(self.seed, "predict")
        now = self.state.now_s
        if behind is None or not len(behind):
            return self._simulator.futures(log, now, rows, self.many, rng, before)
        return self._simulator.futures(log, now, rows, self.many, rng, before, behind)

    def _answer(self, name: str, found: Futures, log: Log, row: int) -> Prediction:
        first, last = found.wait_s.min(axis=1), found.wait_s.max(axis=1)
        ends = (found.wait_s + found.runtime_s).max(axis=1)
        now = self.state.now_s
        known = PastWaits(log).known_at(now, row) if self.tested or self._learn() else np.empty(0)
        assert self._corrector is not None
        if float(first.max()) <= 0.0:
            corrected = np.zeros(len(LEVELS))  # the scheduler starts it in this moment's pass
        else:
            reserved = float(found.reserved_s.min())
            asked = Asked.of_row(log, row, now, first, known, reserved)
            corrected = self._corrector.quantiles(asked)
        waits = stretched(first, corrected)
        shift = waits - first
        return Prediction(
            name=name,
            wait_s=corrected,
            end_s=np.quantile(np.maximum(ends + shift, waits), LEVELS),
            waits_s=waits,
            last_wait_s=last + shift,
            reserved_s=float(found.reserved_s.min()),
            tested=self.tested,
        )

    def _learn(self) -> bool:
        """Predict jobs of the recent past as if it were then, and remember what came of them."""
        if self._corrector is not None:
            return self.tested > 0
        self._corrector = Corrector()
        state = self.state
        log, now = state.log, state.now_s
        waited = np.flatnonzero((log.start_s > log.submit_s) & (log.submit_s < now))
        many, futures = self._effort()
        past = PastWaits(log)
        rng = stream(self.seed, "past")
        for row in waited[-3 * many :: 3].tolist() if many else ():
            then = float(log.submit_s[row])
            asked = np.array([row])
            found = self._simulator.futures(
                log, then, asked, futures, rng, log.waiting_at(then, row)
            )
            before = past.known_at(then, row)
            question = Asked.of_row(
                log, row, then, found.wait_s[:, 0], before, float(found.reserved_s[0])
            )
            given = self._corrector.quantiles(question)
            self._corrector.remember(question, given, float(log.start_s[row] - then))
            self.tested += 1
        return self.tested > 0

    def _effort(self) -> tuple[int, int]:
        """How many past predictions to make, of how many futures; none where that takes too long.

        A future meets those who run, wait, and come within about a day.
        """
        state = self.state
        submit, now = state.log.submit_s, state.now_s
        today = int(np.searchsorted(submit, now) - np.searchsorted(submit, now - DAY_S))
        many = _WORK // (len(state.running) + len(state.waiting) + today + 100)
        if many >= _LEAST_PAST:
            return min(many, _MOST_PAST), _PAST_FUTURES
        share = many / _LEAST_PAST
        return (_LEAST_PAST, round(share * _PAST_FUTURES)) if share >= _LEAST_SHARE else (0, 0)


def stretched(futures: Floats, quantiles: Floats) -> Floats:
    """The futures moved so that P10, P50 and P90 are the `quantiles`; in the futures' order."""
    low, middle, high = quantiles
    ranks = np.argsort(np.argsort(futures, kind="stable"), kind="stable")
    places = (ranks + 0.5) / len(futures)
    values = (max(0.0, 2 * low - middle), low, middle, high, 2 * high - middle)
    return np.interp(places, (0.0, *LEVELS, 1.0), values)


def check_size(wanted: Wanted, state: State) -> None:
    """Raise InputError for what the machine could never start."""
    most = state.log.machine_cores
    problems = []
    if max(wanted.cores) > most:
        problems.append(
            Problem(f"{wanted.name} can never start: it is larger than the machine",
                    value=f"{max(wanted.cores):,} cores", rule=f"there are {most:,}")
        )  # fmt: skip
    if len(wanted.cores) > MOST_ASKED:
        problems.append(
            Problem("too many elements to follow each of them", value=f"{len(wanted.cores):,}",
                    rule=f"at most {MOST_ASKED:,}", hint="ask for a part of the array")
        )  # fmt: skip
    if problems:
        raise InputError(problems)


def shares_started(waits: Floats, at_s: Sequence[float]) -> list[float]:
    """The share of futures in which a job has started by each of some times."""
    ordered = np.sort(waits)
    return (np.searchsorted(ordered, at_s, side="right") / len(ordered)).tolist()
