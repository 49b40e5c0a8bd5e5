"""What a cluster tells of itself at any moment."""

from __future__ import annotations

import numpy as np

from .state import State
from .why import longest_reasons, reason_now


class Told:
    """Figures and rows read from the state."""

    _state: State

    @property
    def now_s(self) -> float:
        """The time of the last thing that happened."""
        return float(self._state.world["now"][0])

    @property
    def jobs(self) -> np.ndarray:
        """The rows of all submitted jobs, fields as in `state.JOB`; a view, not a copy."""
        return self._state.jobs[: int(self._state.world["jobs"][0])]

    @property
    def events(self) -> int:
        """Arrivals and ends processed so far."""
        return int(self._state.world["events"][0])

    @property
    def ended(self) -> int:
        """Jobs that have run and ended."""
        return int(self._state.world["ended"][0])

    @property
    def idle(self) -> bool:
        """Whether nothing can happen any more unless somebody hands in a job."""
        state = self._state
        waits = state.ends[0]["job"] + state.releases[0]["job"]
        return bool(waits == 0 and state.world["arrived"][0] >= state.world["jobs"][0])

    @property
    def free_cores(self) -> int:
        """Cores on which nothing runs."""
        return int(self._state.world["free"][0])

    @property
    def preemptions(self) -> int:
        """How often a running job had to give way."""
        return int(self._state.world["preemptions"][0])

    @property
    def preempted_core_s(self) -> float:
        """Core-seconds of work that preemption has thrown away."""
        return float(self._state.world["preempted_core_s"][0])

    @property
    def lost_core_s(self) -> float:
        """Core-seconds of work that failures have thrown away."""
        return float(self._state.world["lost_core_s"][0])

    @property
    def checkpoint_core_s(self) -> float:
        """Core-seconds spent on writing checkpoints."""
        return float(self._state.world["checkpoint_core_s"][0])

    @property
    def mortal(self) -> bool:
        """Whether jobs have lives: checkpoints, and ends of their own."""
        return bool(self._state.world["mortal"][0])

    @property
    def stops(self) -> np.ndarray:
        """Runs that were stopped, by their ends, fields as in `lives.STOP`; a view."""
        return self._state.stops[: int(self._state.world["stops"][0])]

    @property
    def state(self) -> State:
        """The arrays behind it; a reader's view, for what has no property of its own."""
        return self._state

    def reason(self, row: int) -> str:
        """Why job `row` waits now, by the name that Slurm's users know; "None" if it does not."""
        return reason_now(self._state, row)

    def longest_reasons(self) -> np.ndarray:
        """int8[J]: the reason in `reasons.REASON_NAMES` that has held each job longest, or 0."""
        return longest_reasons(self._state)
