"""A plain, obviously right scheduler over lists, for worlds of a few jobs.

It says what the compiled core must do, a sentence of the semantics a line, and nothing is kept
from one event to the next but who waits and who runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

KEYS = {
    "fcfs": lambda j, now: j.arrival,
    "sjf": lambda j, now: j.estimate,
    "ljf": lambda j, now: -j.estimate,
    "saf": lambda j, now: j.estimate * j.cores,
    "laf": lambda j, now: -j.estimate * j.cores,
    "wfp3": lambda j, now: -(((now - j.arrival) / max(j.estimate, 1.0)) ** 3) * j.cores,
    "unicef": lambda j, now: (
        -(now - j.arrival) / (math.log2(max(j.cores, 2)) * max(j.estimate, 1.0))
    ),
    "f1": lambda j, now: (
        math.log10(max(j.estimate, 1.0)) * j.cores + 870.0 * math.log10(max(j.arrival, 1.0))
    ),
}
DYNAMIC = ("wfp3", "unicef")


@dataclass(eq=False)
class Job:
    row: int
    submit: float
    runtime: float
    limit: float
    cores: int
    user: int = 0
    arrival: float = math.inf
    estimate: float = 0.0
    key: float = 0.0
    start: float = math.nan
    end: float = math.inf
    expected: float = math.inf
    turn: int = -1
    backfilled: bool = False


@dataclass
class Reference:
    """Run with `schedule`; `jobs` then have their start and end."""

    cores: int
    order: str = "fcfs"
    backfill: str = "none"
    sjbf: bool = False
    cycle: str | float = "event"
    estimates: str = "limit"
    jobs: list[Job] = field(default_factory=list)

    def schedule(self) -> list[float]:
        self.queue, self.running, self.ended, self.turns = [], [], {}, 0
        coming = sorted(self.jobs, key=lambda j: (j.submit, j.row))
        waiting_pass = None
        while True:
            arrival = coming[0].submit if coming else math.inf
            end = min((j.end for j in self.running), default=math.inf)
            wrong = [j.expected for j in self.running if j.expected < j.end]
            now = min(arrival, end, min(wrong, default=math.inf))
            if waiting_pass is not None and waiting_pass < now:
                self.decide(waiting_pass)
                ages = self.order in DYNAMIC and not isinstance(self.cycle, str) and self.queue
                waiting_pass = waiting_pass + self.cycle if ages else None
                continue
            if now == math.inf:
                return [j.start for j in self.jobs]
            if wrong and min(wrong) == now:
                late = min(
                    (j for j in self.running if j.expected == now < j.end), key=lambda j: j.turn
                )
                late.expected = late.start + late.limit
                continue
            if arrival == now:
                self.arrive(coming.pop(0), now)
            else:
                self.finish(min(self.running, key=lambda j: (j.end, j.turn)))
            if self.cycle == "event":
                self.decide(now)
            elif self.cycle == "instant":
                waiting_pass = now
            elif waiting_pass is None:
                waiting_pass = math.ceil(now / self.cycle) * self.cycle

    def arrive(self, job: Job, now: float) -> None:
        job.arrival = now
        past = self.ended.get(job.user, [])
        job.estimate = job.limit
        if self.estimates == "clairvoyant":
            job.estimate = min(job.runtime, job.limit)
        if self.estimates == "user-average" and len(past) >= 2:
            job.estimate = min(job.limit, math.floor((past[-1] + past[-2]) / 2))
        job.key = KEYS[self.order](job, now)
        self.queue.append(job)

    def finish(self, job: Job) -> None:
        self.running.remove(job)
        self.ended.setdefault(job.user, []).append(job.end - job.start)

    def begin(self, job: Job, now: float) -> None:
        self.queue.remove(job)
        self.running.append(job)
        job.start, job.end = now, now + min(job.runtime, job.limit)
        job.expected = now + job.estimate
        job.turn, self.turns = self.turns, self.turns + 1

    def free_now(self, now: float) -> int:
        return self.cores - sum(j.cores for j in self.running if max(j.expected, j.end) > now)

    def free_at(self, when: float) -> int:
        return self.cores - sum(j.cores for j in self.running if j.expected > when)

    def decide(self, now: float) -> None:
        if self.order in DYNAMIC:
            for job in self.queue:
                job.key = KEYS[self.order](job, now)
        queue = sorted(self.queue, key=lambda j: (j.key, j.row))
        while queue and queue[0].cores <= self.free_now(now):
            self.begin(queue.pop(0), now)
        if not queue or self.backfill == "none":
            return
        head, rest = queue[0], queue[1:]
        moments = sorted(j.expected for j in self.running)
        shadow = next((t for t in moments if self.free_at(t) >= head.cores), math.inf)
        if self.sjbf:
            rest.sort(key=lambda j: (j.estimate, j.row))
        for job in rest:
            fits_now = job.cores <= self.free_now(now)
            beside_head = job.cores <= self.free_at(shadow) - head.cores
            if fits_now and (now + job.estimate <= shadow or beside_head):
                job.backfilled = True
                self.begin(job, now)
