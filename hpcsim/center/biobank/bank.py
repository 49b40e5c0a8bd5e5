"""The biobank in time: robots between racks that come in and orders that go out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.units import YEAR_S

from ..calendar import Calendar
from ..contract import Figures, IntArray
from . import demand, results
from .robots import Downtimes
from .settings import BiobankSettings
from .stock import Stock


def _nobody_hears(bank: int, until_s: float) -> None:
    """An alarm outside working hours."""


@dataclass(frozen=True)
class BiobankPorts:
    """Who is told: `cooling_alarm(bank, repaired_s)` at each compressor's failure."""

    cooling_alarm: Callable[[int, float], None] = _nobody_hears


@dataclass
class Job:
    """A rack to store or an order to pick; inf where a moment has not come."""

    number: int
    is_order: bool
    came_s: float
    tubes: IntArray
    work_s: float
    misreads: int
    handling_s: float = 0.0
    source: str = "intake"
    robot: int = -1
    start_s: float = np.inf
    robot_done_s: float = np.inf
    done_s: float = np.inf  # at the door, or in its place


class Biobank:
    """Racks -> robots -> places -> orders -> robots -> the door."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: BiobankSettings,
        calendar: Calendar,
        rng: np.random.Generator,
        ports: BiobankPorts | None = None,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        self.ports = ports or BiobankPorts()
        streams = rng.spawn(8)
        self.stock = Stock(settings, streams[0])
        self._book = demand.draw_orders(settings, calendar, streams[1])
        self._racks = demand.draw_racks(settings, calendar, streams[2])
        self.cooling = demand.draw_cooling(settings, calendar, streams[3])
        self._size_rng, self._choice_rng, self._guest_rng = streams[4:7]
        self.robots = [
            Downtimes(settings, calendar.horizon_s, stream)
            for stream in streams[7].spawn(settings.pickers)
        ]
        self._idle = deque(range(settings.pickers))
        self.orders: list[Job] = []
        self.racks: list[Job] = []
        self.queue: deque[Job] = deque()  # orders; they go first
        self.rack_queue: deque[Job] = deque()
        self.without_place: deque[Job] = deque()
        self.tubes_at_risk = 0
        self._prices = np.array([size.yuan_per_year for size in settings.sizes.values()])
        self._yuan_per_s = float(self.stock.stored.sum(axis=0) @ self._prices) / YEAR_S
        self._income_yuan, self._income_to_s = 0.0, 0.0

    @property
    def income_yuan(self) -> float:
        """What the tubes have brought by now."""
        return self._income_yuan + self._yuan_per_s * (self.env.now - self._income_to_s)

    def start(self) -> None:
        """Register the processes."""
        self.env.process(self._ask())
        self.env.process(self._bring())
        self.env.process(self._watch_cooling())

    def _ask(self) -> Generator[simpy.Event, Any, None]:
        book = self._book
        for number, asked in enumerate(book.asked_s.tolist()):
            yield self.env.timeout(asked - self.env.now)
            wanted = int(book.tubes[number])
            tubes = self.stock.order(wanted, self._choice_rng)
            work = float(book.work_s[number]) * len(tubes) / wanted
            misreads = min(int(book.misreads[number]), len(tubes))
            handling = float(book.handling_s[number])
            job = Job(number, True, self.env.now, tubes, work, misreads, handling)
            self.orders.append(job)
            self.queue.append(job)
            self._dispatch()

    def _bring(self) -> Generator[simpy.Event, Any, None]:
        racks = self._racks
        for number, arrived in enumerate(racks.arrived_s.tolist()):
            yield self.env.timeout(arrived - self.env.now)
            sizes = self.stock.draw_sizes(int(racks.tubes[number]), self._size_rng)
            self._receive(sizes, float(racks.work_s[number]), int(racks.misreads[number]), "intake")

    def deliver_tubes(self, count: int, source: str = "imports") -> None:
        """Tubes come from elsewhere in the centre, and queue for a robot rack by rack."""
        rack = self.settings.rack_tubes
        whole = np.full(count // rack, rack)
        tubes = np.concatenate([whole, [count % rack]]) if count % rack else whole
        times = np.full(len(tubes), self.env.now)
        racks = demand.make_racks(times, tubes.astype(np.int64), self.settings, self._guest_rng)
        for on_rack, work, misreads in zip(racks.tubes, racks.work_s, racks.misreads, strict=True):
            sizes = self.stock.draw_sizes(int(on_rack), self._guest_rng)
            self._receive(sizes, float(work), int(misreads), source)

    def _receive(self, sizes: Any, work_s: float, misreads: int, source: str) -> None:
        tubes = self.stock.arrive(sizes)
        job = Job(len(self.racks), False, self.env.now, tubes, work_s, misreads, source=source)
        self.racks.append(job)
        self.rack_queue.append(job)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._idle and (self.queue or self.rack_queue):
            robot = self._idle.popleft()
            up = self.robots[robot].up_again(self.env.now)
            if up > self.env.now:
                self.env.process(self._repair(robot, up))
                continue
            job = self.queue.popleft() if self.queue else self.rack_queue.popleft()
            self.env.process(self._work(robot, job))

    def _repair(self, robot: int, up_s: float) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(up_s - self.env.now)
        self._idle.append(robot)
        self._dispatch()

    def _work(self, robot: int, job: Job) -> Generator[simpy.Event, Any, None]:
        job.robot, job.start_s = robot, self.env.now
        yield self.env.timeout(self.robots[robot].work_end(job.start_s, job.work_s) - job.start_s)
        job.robot_done_s = self.env.now
        if job.is_order:
            self._hand_over(job)
        else:
            self._put_away(job)
        self._idle.append(robot)
        self._dispatch()

    def _hand_over(self, job: Job) -> None:
        self._earn(job.tubes, -1)
        self.stock.leave(job.tubes)
        job.done_s = self.env.now + job.handling_s
        while self.without_place and self._put_in_place(self.without_place[0]):
            self.without_place.popleft()

    def _put_away(self, job: Job) -> None:
        if self.without_place or not self._put_in_place(job):
            self.without_place.append(job)

    def _put_in_place(self, job: Job) -> bool:
        if not self.stock.store(job.tubes):
            return False
        self._earn(job.tubes, +1)
        job.done_s = self.env.now
        return True

    def _earn(self, tubes: IntArray, sign: int) -> None:
        """Settle the income so far; from now on there are these tubes more (or fewer)."""
        self._income_yuan, self._income_to_s = self.income_yuan, self.env.now
        change = float(self._prices[self.stock.size[tubes]].sum())
        self._yuan_per_s += sign * change / YEAR_S

    def _watch_cooling(self) -> Generator[simpy.Event, Any, None]:
        failures = self.cooling
        for bank, failed, repaired in zip(
            failures.bank, failures.failed_s, failures.repaired_s, strict=True
        ):
            yield self.env.timeout(float(failed) - self.env.now)
            if repaired - failed > self.settings.warm_up_h * 3600.0:
                self.tubes_at_risk += int(self.stock.stored[bank].sum())
            self.ports.cooling_alarm(int(bank), float(repaired))

    def records(self) -> dict[str, pa.Table]:
        """`tube_orders`, `tube_racks`, `tubes` (all that moved), `biobank_stock`, `cooling`."""
        return results.tables(self)

    def figures(self) -> Figures:
        """Headline figures, units in their names; what never happened is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless every tube is in exactly one place."""
        results.check(self)
