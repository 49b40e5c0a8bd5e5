"""The storage of the centre: what others write, keep, read and drop, and what that does."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pyarrow as pa
import simpy

from hpcsim.errors import InputError, Problem, nearest
from hpcsim.units import DAY_S, HOUR_S, PB, TB

from ..calendar import Calendar
from ..contract import Figures, FloatArray, IntArray
from . import results
from .disks import Disks
from .doors import Doors, Entry
from .ledger import Ledger
from .life import Life
from .settings import Habit, StorageSettings
from .traffic import Leg, Traffic, Transfer

HABIT_FROM_H, HABIT_HOURS = 8.0, 12.0  # when people's daily writing begins, and how long it takes


class Storage:
    """Tiers with room, bandwidth and lives of data; the ports that others write through.

    Bytes are whole: a fraction is rounded. A tier, owner or dataset is a name.
    """

    def __init__(
        self,
        env: simpy.Environment,
        settings: StorageSettings,
        calendar: Calendar,
        rng: np.random.Generator,
    ) -> None:
        self.env, self.settings, self.calendar = env, settings, calendar
        habits_rng, disks_rng = rng.spawn(2)
        self.ledger = Ledger({n: int(t.usable_pb * PB) for n, t in settings.tiers.items()})
        self.traffic = Traffic(env, settings)
        self.doors = Doors(env, self.ledger)
        self.life = Life(env, settings, self.ledger, self.doors, self.traffic)
        self.disks = Disks(env, settings, self.traffic, disks_rng)
        self.series = results.Series(self)
        self.read_bytes = dict.fromkeys(settings.tiers, 0)
        self._habit_streams = habits_rng.spawn(len(settings.habits))
        self._relieved_s = dict.fromkeys(settings.tiers, -np.inf)
        self._fill()

    def _fill(self) -> None:
        """What lies there at the start, of all ages up to that at which it would have gone."""
        for holding in self.settings.holdings:
            tier = self.settings.tiers[holding.tier]
            total = int(holding.share * tier.start_fill * self.ledger.capacity[holding.tier])
            account = self.ledger.account(holding.tier, holding.owner, holding.dataset)
            courses = [course for course in self.life.courses if course.source is account]
            ages = [c.step.after_days for c in courses if c.step.action != "copy"]
            oldest = int(min([self.settings.start_age_days, *ages]))
            cohorts = max(min(oldest, 104), 1)
            born = -1 - np.arange(cohorts) * max(oldest, 1) // cohorts
            shares = np.diff(np.arange(cohorts + 1) * total // cohorts)
            parts = list(zip(born.tolist(), shares.tolist(), strict=True))
            self.ledger.start_with(account, parts)
            for course in courses:
                if course.step.action == "copy":
                    course.copied.update(parts)  # the other site has had it since it was written

    def start(self) -> None:
        """Register the processes: the lives of data, people's habits, disks, the daily count."""
        self.env.process(self.series.run())
        self.env.process(self.life.run())
        self.disks.start()
        for habit, stream in zip(self.settings.habits, self._habit_streams, strict=True):
            self.env.process(self._write_daily(habit, stream))

    def _write_daily(
        self, habit: Habit, stream: np.random.Generator
    ) -> Generator[simpy.Event, Any, None]:
        yield self.env.timeout(HABIT_FROM_H * HOUR_S)
        mean = habit.tb_per_day * TB * self.settings.scale
        sigma = habit.variation
        while True:
            noise = np.exp(sigma * stream.standard_normal() - sigma**2 / 2)
            season = self.calendar.factor_at(np.array([self.env.now]), "research")[0]
            n_bytes = mean * noise * season
            rate = n_bytes / (HABIT_HOURS * HOUR_S)
            self.write_bytes(habit.tier, habit.owner, habit.dataset, n_bytes, rate)
            yield self.env.timeout(DAY_S)

    def _known(self, tier: str) -> None:
        if tier not in self.settings.tiers:
            names = sorted(self.settings.tiers)
            raise InputError(
                Problem("no such tier of storage", value=tier, rule=nearest(tier, names))
            )

    def write_bytes(
        self, tier: str, owner: str, dataset: str, n_bytes: float, bytes_per_s: float
    ) -> simpy.Event | None:
        """Begin to write at `bytes_per_s`; the event of its end, None where nothing is written.

        A writer that finds the tier full waits; the end comes that much later.
        """
        self._known(tier)
        whole = round(n_bytes)
        if whole <= 0:
            return None
        ended = self.env.event()

        def land(entry: Entry) -> None:
            self._land(entry)
            ended.succeed()

        def admit(entry: Entry) -> None:
            self.traffic.send([Leg(tier, True)], whole, bytes_per_s, lambda _: land(entry))

        self._ask(Entry(tier, owner, dataset, whole, self.env.now, admit))
        return ended

    def keep_bytes(self, tier: str, owner: str, dataset: str, n_bytes: float) -> simpy.Event | None:
        """Count in what tasks have written; where it does not fit, the event of its coming in.

        The tasks' own flows carried it, so it takes no time here.
        """
        self._known(tier)
        whole = round(n_bytes)
        if whole <= 0:
            return None
        came_in: list[simpy.Event] = []

        def admit(entry: Entry) -> None:
            self._land(entry)
            for event in came_in:
                event.succeed()

        if self._ask(Entry(tier, owner, dataset, whole, self.env.now, admit)):
            return None
        came_in.append(self.env.event())
        return came_in[0]

    def _ask(self, entry: Entry) -> bool:
        if self.doors.ask(entry):
            return True
        if self.env.now >= self._relieved_s[entry.tier] + HOUR_S:
            self._relieved_s[entry.tier] = self.env.now
            self.life.relieve(entry.tier)
        return entry.admitted_s <= self.env.now

    def _land(self, entry: Entry) -> None:
        account = self.ledger.account(entry.tier, entry.owner, entry.dataset)
        self.ledger.write(account, int(self.env.now // DAY_S), entry.n_bytes)
        self.doors.open(entry.tier)

    def drop_bytes(self, tier: str, owner: str, dataset: str, n_bytes: float) -> None:
        """Data may go, the oldest of it first; what has not come yet goes when it comes."""
        self._known(tier)
        self.ledger.drop(self.ledger.account(tier, owner, dataset), round(n_bytes))
        self.doors.open(tier)

    def read(self, tier: str, n_bytes: float, bytes_per_s: float) -> simpy.Event:
        """Begin to read at `bytes_per_s`; the event of its end."""
        self._known(tier)
        ended = self.env.event()
        whole = round(n_bytes)
        if whole <= 0:
            return ended.succeed()

        def tell(_: Transfer) -> None:
            self.read_bytes[tier] += whole
            ended.succeed()

        self.traffic.send([Leg(tier, False)], whole, bytes_per_s, tell)
        return ended

    def slow_down(self, tier: str, cause: str, lost: float) -> None:
        """From now on a cause takes a share of a tier's speed: 1 is an outage, 0 is its end.

        What is under way stops, and goes on afterwards. The line between sites is called `wan`.
        """
        self.traffic.slow_down(tier, cause, lost)

    def free_bytes(self, tier: str) -> int:
        """Bytes that a tier can still take in."""
        return self.ledger.free(tier)

    def reason(self, tier: str) -> str | None:
        """`StorageFull` where writers wait for room, or None."""
        return self.doors.lines[tier][0].reason if self.doors.lines[tier] else None

    def job_classes(
        self,
        tier: str,
        read_bytes: FloatArray,
        write_bytes: FloatArray,
        runtime_s: FloatArray,
        operations: FloatArray | None = None,
    ) -> tuple[IntArray, FloatArray]:
        """(class, undisturbed seconds) of n jobs for the compiled flows, see `JobClasses.find`.

        Without `operations` each job makes as many as the settings say.
        """
        number, weight = self.traffic.number[tier], self.traffic.weight[tier]
        if operations is None:
            operations = np.full(len(runtime_s), self.settings.job_ops)
        n_bytes = read_bytes + weight * write_bytes
        return self.traffic.jobs.find(number, n_bytes, operations, runtime_s)

    def records(self) -> dict[str, pa.Table]:
        """Daily fill, datasets, who waited, moves and copies, disk failures."""
        return results.tables(self)

    def figures(self) -> Figures:
        """Headline figures, units in their names; what cannot be known is left out."""
        return results.figures(self)

    def check(self) -> None:
        """Raise InvariantError unless every byte is in exactly one place."""
        results.check(self)
