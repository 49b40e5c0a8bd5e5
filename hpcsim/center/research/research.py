"""Research computing in the centre: all jobs handed in at once, their histories read at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import simpy

from ..calendar import Calendar
from ..contract import Figures
from . import results
from .draw import draw_jobs
from .jobs import Ends, ResearchJobs, unbounded
from .settings import ResearchSettings
from .trace import recorded_jobs

History = Callable[[], Ends]


def _unbounded(jobs: ResearchJobs) -> History:
    """A machine on which nobody waits."""
    ends = unbounded(jobs)
    return lambda: ends


@dataclass(frozen=True)
class ResearchPorts:
    """What research needs from outside: `submit(jobs)` hands them to the machine.

    It returns what to call, during the run or after it, for the history of each job so far.
    """

    submit: Callable[[ResearchJobs], History] = _unbounded


class Research:
    """Users -> campaigns -> jobs -> the machine -> accounts that pay."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: ResearchSettings,
        calendar: Calendar,
        rng: np.random.Generator,
        ports: ResearchPorts | None = None,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        self.ports = ports or ResearchPorts()
        if settings.trace is None:
            self.jobs = draw_jobs(settings, calendar, rng)
        else:
            self.jobs = recorded_jobs(settings.trace, settings, calendar)
        self._history: History | None = None

    def start(self) -> None:
        """Hand in every job of the run; each arrives at its own time."""
        self._history = self.ports.submit(self.jobs)

    @property
    def ends(self) -> Ends:
        """What has become of each job by now; NaN where a moment has not come."""
        if self._history is None:
            nothing = np.full(len(self.jobs), np.nan)
            return Ends(nothing, nothing, nothing)
        now = self.env.now
        return Ends(*(np.where(times <= now, times, np.nan) for times in self._history()))

    def records(self) -> dict[str, pa.Table]:
        """`research_accounts` and `research_classes`; each job stands in the table of jobs."""
        return results.tables(self)

    def figures(self) -> Figures:
        """Headline figures, units in their names; what never happened is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless each job is in exactly one state, its times in order."""
        results.check(self)
