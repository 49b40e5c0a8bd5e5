"""A plain EASY over nodes, first fit, for worlds of a few jobs: lists, and everything counted anew.

A node is (cores, memory); a job wants `nodes` times (cores, memory). "May start" means that some
choice of nodes leaves enough that fit the head at its shadow time; among the choices, nodes that
do the head no harm come first, in the order of the machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(eq=False)
class Job:
    row: int
    submit: float
    runtime: float
    limit: float
    nodes: int
    cores: int
    memory: int
    start: float = math.nan
    end: float = math.inf
    expected: float = math.inf
    turn: int = -1
    where: list[int] = field(default_factory=list)


@dataclass
class NodeReference:
    machine: list[tuple[int, int]]
    jobs: list[Job]
    easy: bool = True

    def schedule(self) -> list[float]:
        coming = sorted(self.jobs, key=lambda j: (j.submit, j.row))
        self.queue, self.running, self.turns = [], [], 0
        while coming or self.running:
            arrival = coming[0].submit if coming else math.inf
            end = min((j.end for j in self.running), default=math.inf)
            if arrival <= end:
                self.queue.append(coming.pop(0))
                self.decide(arrival)
            else:
                self.running.remove(min(self.running, key=lambda j: (j.end, j.turn)))
                self.decide(end)
        return [j.start for j in self.jobs]

    def room(self, n: int, when: float, extra: list[tuple[int, Job]] = ()) -> tuple[int, int]:
        """Cores and memory of node n that are free at `when`, after what is due by then."""
        cores, memory = self.machine[n]
        held = [(n, j) for j in self.running if n in j.where and j.expected > when]
        for node, job in [*held, *extra]:
            if node == n:
                cores, memory = cores - job.cores, memory - job.memory
        return cores, memory

    def fits(self, job: Job, n: int, when: float, extra: list[tuple[int, Job]] = ()) -> bool:
        cores, memory = self.room(n, when, extra)
        return job.cores <= cores and job.memory <= memory

    def able(self, job: Job, when: float) -> list[int]:
        return [n for n in range(len(self.machine)) if self.fits(job, n, when)]

    def begin(self, job: Job, now: float, where: list[int]) -> None:
        self.queue.remove(job)
        self.running.append(job)
        job.start, job.end = now, now + min(job.runtime, job.limit)
        job.expected, job.where = now + job.limit, where
        job.turn, self.turns = self.turns, self.turns + 1

    def decide(self, now: float) -> None:
        while self.queue and len(self.able(self.queue[0], now)) >= self.queue[0].nodes:
            head = self.queue[0]
            self.begin(head, now, self.able(head, now)[: head.nodes])
        if not self.queue or not self.easy:
            return
        head = self.queue[0]
        moments = sorted(j.expected for j in self.running)
        shadow = next((t for t in moments if len(self.able(head, t)) >= head.nodes), math.inf)
        for job in self.queue[1:]:
            able = self.able(job, now)
            if now + job.limit > shadow:
                kept = set(self.able(head, shadow))
                harmful = [
                    n for n in able if n in kept and not self.fits(head, n, shadow, [(n, job)])
                ]
                harmless = [n for n in able if n not in harmful]
                able = harmless + harmful[: len(kept) - head.nodes]
            if len(able) >= job.nodes:
                self.begin(job, now, able[: job.nodes])
