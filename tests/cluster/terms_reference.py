"""A plain EASY that heeds windows, counters and ties, for worlds of a few jobs in whole seconds.

Everything is counted anew at every step, and the shadow time is looked for second by second.
A world is nodes of some cores; a job wants `nodes` times `cores`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

HORIZON = 200


@dataclass(eq=False)
class Job:
    row: int
    submit: int
    runtime: int
    limit: int
    nodes: int
    cores: int
    reservation: int = 0
    claims: tuple[tuple[int, int], ...] = ()
    deadline: float = math.inf
    parent: int | None = None
    kind: str = "afterany"
    delay: int = 0
    state: str = "WAITS"
    start: float = math.nan
    end: float = math.nan
    turn: int = -1
    where: list[int] = field(default_factory=list)

    @property
    def expected(self) -> float:
        return self.start + self.limit


@dataclass
class Reference:
    nodes: list[int]
    windows: list[tuple[int, int, list[int], int]]
    counters: list[int]
    jobs: list[Job]

    def schedule(self) -> list[tuple[float, str]]:
        self.queue: list[Job] = []
        self.running: list[Job] = []
        self.turns = 0
        self.coming = {j.row: j.submit for j in self.jobs if j.parent is None}
        edges = {t for w in self.windows for t in w[:2]}
        while True:
            arrival = min(((t, row) for row, t in self.coming.items()), default=(math.inf, 0))
            end = min(((j.end, j.turn, j.row) for j in self.running), default=(math.inf, 0, 0))
            # A timer comes last in its moment: windows, then deadlines, each with its own pass.
            latest = [(j.deadline - j.limit, j.row) for j in self.jobs
                      if j.state in ("WAITS", "DOOMED", "QUEUED")
                      and j.submit <= j.deadline - j.limit < math.inf]  # fmt: skip
            timer, expiring = min([*latest, *((t, -1) for t in edges)], default=(math.inf, -1))
            if min(arrival[0], end[0], timer) == math.inf:
                return [(j.start, j.state) for j in self.jobs]
            if arrival[0] <= min(end[0], timer):
                del self.coming[arrival[1]]
                self.arrive(self.jobs[arrival[1]], arrival[0])
                self.decide(arrival[0])
            elif end[0] <= timer:
                self.finish(self.jobs[end[2]], end[0])
                self.decide(end[0])
            else:
                edges.discard(timer if expiring < 0 else None)
                if expiring >= 0:
                    self.remove(self.jobs[expiring], "DEADLINE", timer)
                self.decide(timer)

    def arrive(self, job: Job, now: float) -> None:
        if job.state == "DOOMED":
            self.remove(job, "CANCELLED", now)
        elif job.state == "WAITS":
            if now + job.limit > job.deadline:
                self.remove(job, "DEADLINE", now)
            else:
                job.state = "QUEUED"
                self.queue.append(job)

    def remove(self, job: Job, state: str, now: float) -> None:
        if job in self.queue:
            self.queue.remove(job)
        job.state = state
        self.tell(job, now)

    def finish(self, job: Job, now: float) -> None:
        self.running.remove(job)
        job.state = "TIMEOUT" if job.runtime > job.limit else "COMPLETED"
        self.tell(job, now)

    def tell(self, job: Job, now: float) -> None:
        ended = job.state != "RUNNING"
        for child in self.jobs:
            if child.parent != job.row or child.state != "WAITS" or child.row in self.coming:
                continue
            if (
                child.kind == "after"
                or (ended and child.kind == "afterany")
                or (ended and (child.kind == "afterok") == (job.state == "COMPLETED"))
            ):
                self.coming[child.row] = max(child.submit, now + child.delay)
            elif ended:
                child.state = "DOOMED"
                self.coming[child.row] = max(child.submit, now)

    def allowed(self, job: Job, n: int, at: float) -> bool:
        inside = job.reservation == 0
        finish = at + job.limit
        for start, end, nodes, reservation in self.windows:
            if n not in nodes:
                continue
            if reservation and reservation == job.reservation and start <= at and finish <= end:
                inside = True
            elif start < finish and end > at:
                return False
        return inside

    def room(self, n: int, when: float, extra: list[tuple[int, Job]] = ()) -> int:
        held = [(n, j) for j in self.running if n in j.where and j.expected > when]
        return self.nodes[n] - sum(j.cores for m, j in [*held, *extra] if m == n)

    def able(self, job: Job, when: float) -> list[int]:
        return [
            n
            for n in range(len(self.nodes))
            if self.room(n, when) >= job.cores and self.allowed(job, n, when)
        ]

    def free_of(self, counter: int, now: float) -> int:
        held = [j for j in self.running if j.expected > now or j.end > now]
        return self.counters[counter] - sum(a for j in held for c, a in j.claims if c == counter)

    def begin(self, job: Job, now: float, where: list[int]) -> None:
        self.queue.remove(job)
        self.running.append(job)
        job.state, job.start, job.where = "RUNNING", now, where
        job.end = now + min(job.runtime, job.limit)
        job.turn, self.turns = self.turns, self.turns + 1
        self.tell(job, now)

    def decide(self, now: float) -> None:
        head, shadow = None, math.inf
        for job in list(self.queue):
            if any(self.free_of(c, now) < a for c, a in job.claims):
                continue
            able = self.able(job, now)
            if head is not None and not job.reservation and now + job.limit > shadow:
                kept = set(self.able(head, shadow))
                harmful = [
                    n for n in able if n in kept and self.room(n, shadow, [(n, job)]) < head.cores
                ]
                spare = harmful[: max(0, len(kept) - head.nodes)]
                able = [n for n in able if n not in harmful] + spare
            if len(able) >= job.nodes:
                self.begin(job, now, able[: job.nodes])
            elif head is None and not job.reservation:
                times = range(int(now), HORIZON)
                found = [t for t in times if len(self.able(job, t)) >= job.nodes]
                if found or not self.windows:
                    head, shadow = job, found[0] if found else math.inf
