"""What becomes of data as it ages: purged, moved to a slower tier, copied to the other site.

Once a day every step looks at the cohorts that have reached its age. In a tier that is fuller
than its high water, purges and moves take the oldest data before its time, down to low water.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from hpcsim.units import DAY_S, GB, HOUR_S

from .doors import Doors, Entry
from .ledger import Account, Ledger, Parts
from .settings import Step, StorageSettings
from .traffic import WAN, Leg, Traffic


@dataclass
class Journey:
    """A move or copy between two tiers, from its decision to its arrival."""

    step: Step
    source: Account
    parts: Parts
    n_bytes: int
    decided_s: float
    began_s: float = math.inf
    ended_s: float = math.inf
    early: bool = False


@dataclass
class Course:
    """A step and what it has done so far."""

    step: Step
    source: Account
    copied: dict[int, int] = field(default_factory=dict)  # by day of birth
    purged: int = 0


class Life:
    """The steps at work."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: StorageSettings,
        ledger: Ledger,
        doors: Doors,
        traffic: Traffic,
    ) -> None:
        self.env, self.settings, self.ledger = env, settings, ledger
        self.doors, self.traffic = doors, traffic
        self.journeys: list[Journey] = []
        self.courses = [
            Course(step, ledger.account(step.tier, step.owner, step.dataset))
            for step in settings.life
        ]

    def run(self) -> Generator[simpy.Event, Any, None]:
        """Every day at the hour of the settings."""
        yield self.env.timeout(self.settings.steps_at_h * HOUR_S)
        while True:
            today = int(self.env.now // DAY_S)
            for course in self.courses:
                self._due(course, today)
            for tier in self.ledger.capacity:
                self.relieve(tier)
            yield self.env.timeout(DAY_S)

    def _due(self, course: Course, today: int) -> None:
        last = today - course.step.after_days
        due = [born for born in sorted(course.source.cohorts) if born <= last]
        if course.step.action == "purge":
            self._purge(course, [(born, course.source.free(born)) for born in due])
        elif course.step.action == "move":
            self._set_out(course, [(born, course.source.free(born)) for born in due])
        else:
            self._copy(course, due)

    def _purge(self, course: Course, parts: Parts) -> None:
        for born, most in parts:
            course.purged += self.ledger.purge(course.source, born, most)
        self.doors.open(course.step.tier)

    def _copy(self, course: Course, due: list[int]) -> None:
        parts = []
        for born in due:
            new = course.source.cohorts[born] - course.copied.get(born, 0)
            if new > 0:
                course.copied[born] = course.copied.get(born, 0) + new
                parts.append((born, new))
        self._travel(course, parts, early=False)

    def _set_out(self, course: Course, parts: Parts, *, early: bool = False) -> None:
        parts = [(born, n_bytes) for born, n_bytes in parts if n_bytes > 0]
        course.source.promise(parts)
        self._travel(course, parts, early=early)

    def _travel(self, course: Course, parts: Parts, *, early: bool) -> None:
        """One entry at the other tier's door for all parts; it may have to wait there."""
        if not parts:
            return
        total = sum(n_bytes for _, n_bytes in parts)
        step = course.step
        journey = Journey(step, course.source, parts, total, self.env.now, early=early)
        self.journeys.append(journey)
        self.doors.ask(
            Entry(
                step.to,
                step.owner,
                step.dataset,
                total,
                self.env.now,
                lambda _: self._depart(journey),
            )
        )

    def _depart(self, journey: Journey) -> None:
        journey.began_s = self.env.now
        tiers = self.settings.tiers
        legs = [Leg(journey.step.tier, False), Leg(journey.step.to, True)]
        if tiers[journey.step.tier].remote != tiers[journey.step.to].remote:
            legs.append(Leg(WAN, True))
        rate = self.settings.mover_gbs * GB
        self.traffic.send(legs, journey.n_bytes, rate, lambda _: self._arrive(journey))

    def _arrive(self, journey: Journey) -> None:
        journey.ended_s = self.env.now
        step = journey.step
        account = self.ledger.account(step.to, step.owner, step.dataset)
        self.ledger.arrive(account, journey.parts, copied=step.action == "copy")
        if step.action == "move":
            self.ledger.part(journey.source, journey.parts)
            self.doors.open(step.tier)
        self.doors.open(step.to)  # what was owed may have gone

    def relieve(self, tier: str) -> None:
        """Purge and move the oldest data of a tier that is too full, or has a line, early."""
        capacity, limits = self.ledger.capacity[tier], self.settings.tiers[tier]
        taken = capacity - self.ledger.free(tier) - self._leaving(tier)
        excess = self.doors.wanted(tier) - self._leaving(tier)
        if taken > limits.high_water * capacity:
            excess = max(excess, taken - int(limits.low_water * capacity))
        if excess <= 0:
            return
        courses = [c for c in self.courses if c.step.tier == tier and c.step.action != "copy"]
        oldest = sorted(
            (born, number)
            for number, course in enumerate(courses)
            for born in course.source.cohorts
        )
        parts: list[Parts] = [[] for _ in courses]
        for born, number in oldest:
            n_bytes = min(courses[number].source.free(born), excess)
            if n_bytes > 0:
                parts[number].append((born, n_bytes))
                excess -= n_bytes
        for course, early in zip(courses, parts, strict=True):
            if course.step.action == "purge":
                self._purge(course, early)
            else:
                self._set_out(course, early, early=True)

    def _leaving(self, tier: str) -> int:
        return sum(
            sum(account.leaving.values())
            for account in self.ledger.accounts.values()
            if account.tier == tier
        )
