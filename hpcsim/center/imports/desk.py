"""The desk in time: benches, tests, releases, and what goes on to the biobank and the lab."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.units import DAY_S

from ..calendar import Calendar
from ..contract import Figures, FloatArray
from . import results
from .lots import DESTINATIONS, Course, course_before, course_today, draw
from .settings import ImportsSettings, Rules


def _to_nobody(count: int) -> None:
    """Tubes that no other subsystem takes."""


@dataclass(frozen=True)
class ImportsPorts:
    """Where released lots go: `deliver_tubes(count)`, `deliver_samples(count)`."""

    deliver_tubes: Callable[[int], None] = _to_nobody
    deliver_samples: Callable[[int], None] = _to_nobody


class Desk:
    """One set of rules at work: its benches, and when each lot passed them."""

    def __init__(self, env: simpy.Environment, rules: Rules, course: Course) -> None:
        self.course = course
        self.benches = simpy.Resource(env, rules.benches)
        self.bench_start_s: FloatArray = np.full(len(course.arrived_s), np.inf)
        self.bench_end_s = self.bench_start_s.copy()
        self.released_s = self.bench_start_s.copy()


class Imports:
    """Applications -> approval -> declaration -> transfer -> inspection -> release."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: ImportsSettings,
        calendar: Calendar,
        rng: np.random.Generator,
        ports: ImportsPorts | None = None,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        self.ports = ports or ImportsPorts()
        self.lots = draw(settings, calendar, rng)
        self.today = Desk(env, settings.rules, course_today(self.lots, settings, calendar))
        self.before = Desk(env, settings.rules_before, course_before(self.lots, settings, calendar))
        self.delivered = dict.fromkeys(DESTINATIONS, 0)

    def start(self) -> None:
        """Register the processes: a lot under each set of rules."""
        for desk in (self.today, self.before):
            arrived = desk.course.arrived_s
            for lot in np.flatnonzero(arrived < self.calendar.horizon_s):
                self.env.process(self._pass(int(lot), desk))

    def _pass(self, lot: int, desk: Desk) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(desk.course.arrived_s[lot] - self.env.now)
        if desk.course.inspected[lot]:
            with desk.benches.request() as bench:
                yield bench
                desk.bench_start_s[lot] = self.env.now
                yield self.env.timeout(self._bench_end(lot, desk) - self.env.now)
                desk.bench_end_s[lot] = self.env.now
        if self.lots.tested[lot]:
            yield self.env.timeout(self.settings.test_days * DAY_S)
        desk.released_s[lot] = self.env.now
        if desk is self.today:
            self._deliver(lot)

    def _bench_end(self, lot: int, desk: Desk) -> float:
        end = self.calendar.office_end(
            np.array([self.env.now]),
            desk.course.bench_s[lot : lot + 1],
            opens_h=self.settings.opens_h,
            closes_h=self.settings.closes_h,
        )
        return float(end[0])

    def _deliver(self, lot: int) -> None:
        destination = DESTINATIONS[self.lots.destination[lot]]
        tubes = int(self.lots.tubes[lot])
        self.delivered[destination] += tubes
        if destination == "biobank":
            self.ports.deliver_tubes(tubes)
        elif destination == "lab":
            self.ports.deliver_samples(tubes)

    def records(self) -> dict[str, pa.Table]:
        """`import_lots`: each lot's history, under today's rules and those before."""
        return {"import_lots": results.table(self)}

    def figures(self) -> Figures:
        """Headline figures, units in their names; what never happened is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless every lot and tube is in exactly one place."""
        results.check(self)
