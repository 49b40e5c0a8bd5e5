"""Futures of a queue: what a moment's jobs may do, under a policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hpcsim.cluster import placement
from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import CONSERVATIVE, Policy, part
from hpcsim.cluster.rows import make_state
from hpcsim.cluster.state import State
from hpcsim.errors import InputError, Problem
from hpcsim.units import DAY_S

from .core import MOST_ARRIVALS, simulate
from .log import Floats, Ints, Log

MOST_DAYS = 7
"""Days for which arrivals are drawn; a job that waits longer stands near the head by then."""


@dataclass(frozen=True, eq=False)
class Futures:
    """What came out for each asked job, a row a future, ascending in nothing.

    `wait_s`: float64[F, J], seconds from the moment to the start, infinity for never; `runtime_s`:
    float64[F, J]; `reserved_s`: float64[J], the wait if everything lasts as long as it may.
    """

    wait_s: Floats
    runtime_s: Floats
    reserved_s: Floats


class Simulator:
    """Runs futures under one policy on one pool of cores; its arrays serve every moment."""

    def __init__(self, policy: Policy, cores: int) -> None:
        if policy.backfill == CONSERVATIVE:
            raise InputError(
                Problem(
                    f"{policy.name} keeps a plan that cannot be taken up at a moment",
                    hint="predict with a policy that decides in passes, such as easy",
                )
            )
        if policy.computed:
            raise InputError(
                Problem(
                    f"{policy.name} rests on what accounts have used, which no state tells",
                    hint="predict with another policy that decides in passes, such as easy",
                )
            )
        self.policy, self.cores = policy, cores
        self._key = policy.compiled_key()
        self._pass = policy.compiled_pass()
        self._place = part(placement, "nowhere").place
        self._state = self._make(MOST_ARRIVALS + 4096)

    def _make(self, capacity: int) -> State:
        state = make_state(Machine(self.cores), capacity, 1, by_estimate=self.policy.by_estimate)
        state.world["dynamic"] = self.policy.dynamic
        return state

    def futures(
        self, log: Log, now_s: float, asked: Ints, many: int, rng: np.random.Generator,
        others: Ints | None = None, behind: Ints | None = None,
    ) -> Futures:  # fmt: skip
        """`many` futures of the jobs `asked` (rows of `log`), which wait at `now_s`.

        `others` are the rows that wait before them, all that do at that moment without; `behind`
        those that wait behind them.
        """
        running = log.running_at(now_s)
        waiting = log.waiting_at(now_s) if others is None else others
        waiting = waiting[~np.isin(waiting, asked)]
        if behind is not None:
            waiting = np.concatenate((waiting, behind))
        # The order of the queue is by arrival, so that of the rows says nothing but at one moment.
        present = np.concatenate((running, waiting, asked))
        if len(present) + MOST_ARRIVALS > len(self._state.jobs):
            self._state = self._make(2 * len(present) + MOST_ARRIVALS)
        reserved = np.empty((1, len(asked)))
        self._run(log, now_s, -1.0, present, len(running), reserved, reserved.copy(), rng)
        starts, runs = np.empty((many, len(asked))), np.empty((many, len(asked)))
        wait = reserved[0] - now_s
        horizon = float(min(np.max(wait) * 1.2 + 600.0, MOST_DAYS * DAY_S))
        self._run(log, now_s, horizon, present, len(running), starts, runs, rng)
        return Futures(starts - now_s, runs, wait)

    def _run(
        self, log: Log, now_s: float, horizon_s: float, present: Ints, running: int,
        starts: Floats, runs: Floats, rng: np.random.Generator,
    ) -> None:  # fmt: skip
        simulate(self._state, self._key, self._pass, self._place, log.columns, now_s, horizon_s,
                  present, running, starts, runs, rng)  # fmt: skip
