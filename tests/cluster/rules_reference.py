"""Caps, tiers and preemption in plain Python on one node: everything counted anew each time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .reference import Job, Reference

OFF, REQUEUE, CANCEL = "off", "requeue", "cancel"


@dataclass(eq=False)
class RuledJob(Job):
    qos: int = 0
    partition: int = 0
    notice: str = ""
    over: bool = False


@dataclass
class RulesReference(Reference):
    """`caps[q]`: most jobs and cores of a user in QOS q, and cores of all of it (None: any).

    QOS 1 may preempt QOS 0 by `qos_mode`; partition 1 is of the higher tier, and takes from
    partition 0 by `tier_mode`. `grace`: of QOS 0 and of partition 0.
    """

    caps: list[tuple[int | None, int | None, int | None]] = field(default_factory=list)
    qos_mode: str = OFF
    tier_mode: str = OFF
    grace: float = 0.0
    priorities: tuple[int, int] = (0, 1)

    def schedule(self) -> list[float]:
        self.queue, self.running, self.turns = [], [], 0
        self.coming = [(j.submit, j.row, j) for j in self.jobs]
        while self.coming or self.running:
            self.coming.sort(key=lambda each: each[:2])
            arrival = self.coming[0][0] if self.coming else math.inf
            end = min((j.end for j in self.running), default=math.inf)
            now = min(arrival, end)
            if arrival == now:
                job = self.coming.pop(0)[2]
                job.arrival, job.estimate = now, job.limit
                self.queue.append(job)
            else:
                job = min(self.running, key=lambda j: (j.end, j.turn))
                if job.notice and job.end < job.start + min(job.runtime, job.limit):
                    self.evict(job, now)
                else:
                    self.running.remove(job)
            self.decide(now)
        return [j.start for j in self.jobs]

    def begin(self, job: Job, now: float) -> None:
        super().begin(job, now)
        job.notice = ""

    def evict(self, job: RuledJob, now: float, mode: str = "") -> None:
        self.running.remove(job)
        if (mode or job.notice) == REQUEUE:
            self.coming.append((now, job.row, job))
        else:
            job.over, job.end = True, now
        job.notice = ""

    def mode(self, above: RuledJob, below: RuledJob) -> str:
        if above.qos == 1 and below.qos == 0 and self.qos_mode != OFF:
            return self.qos_mode
        return self.tier_mode if above.partition > below.partition else OFF

    def holders(self, now: float) -> list[RuledJob]:
        return [j for j in self.running if max(j.expected, j.end) > now]

    def over_cap(self, job: RuledJob, now: float) -> bool:
        jobs, cores, all_cores = self.caps[job.qos]
        same = [j for j in self.holders(now) if j.qos == job.qos]
        own = [j for j in same if j.user == job.user]
        return (
            (jobs is not None and len(own) >= jobs)
            or (cores is not None and sum(j.cores for j in own) + job.cores > cores)
            or (all_cores is not None and sum(j.cores for j in same) + job.cores > all_cores)
        )

    def make_room(self, job: RuledJob, now: float, shadow: float | None) -> bool:
        if shadow is not None and now + job.limit > shadow:
            return False
        able = [j for j in self.holders(now) if self.mode(job, j) != OFF]
        able.sort(key=lambda j: (j.partition, self.priorities[j.qos], -j.turn))
        free = self.free_now(now) + sum(j.cores for j in able if j.notice)
        taken = []
        for other in [j for j in able if not j.notice]:
            if free >= job.cores:
                break
            taken.append(other)
            free += other.cores
        if free < job.cores:
            return False
        for other in reversed(list(taken)):
            if free - other.cores >= job.cores:
                taken.remove(other)
                free -= other.cores
        for other in taken:
            mode = self.mode(job, other)
            if self.grace == 0:
                self.evict(other, now, mode)
                continue
            other.notice = mode
            if other.end > now + self.grace:
                other.end = now + self.grace
                other.expected = min(other.expected, other.end)
        return bool(taken) and self.grace == 0

    def decide(self, now: float) -> None:
        head, shadow = None, None
        for job in sorted(self.queue, key=lambda j: (-j.partition, j.arrival, j.row)):
            if self.over_cap(job, now):
                continue
            if not self.goes(job, now, head, shadow) and not (
                self.make_room(job, now, shadow) and self.goes(job, now, head, shadow)
            ):
                if head is None:
                    if self.backfill == "none":
                        return
                    moments = sorted(j.expected for j in self.running)
                    head = job
                    shadow = next((t for t in moments if self.free_at(t) >= job.cores), math.inf)
                continue
            self.begin(job, now)

    def goes(self, job: RuledJob, now: float, head: Job | None, shadow: float | None) -> bool:
        if job.cores > self.free_now(now):
            return False
        if head is None or now + job.estimate <= shadow:
            return True
        return job.cores <= self.free_at(shadow) - head.cores
