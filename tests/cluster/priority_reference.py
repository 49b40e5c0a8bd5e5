"""Multifactor priority in plain Python: sums over every stretch of every job's run, sorted lists.

Nothing is kept but when jobs ran; what was used until a moment is summed up anew from all of
them, and the tree is walked by recursion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .reference import Job, Reference

ROOT_USER = "root"


@dataclass
class Weights:
    age: float = 1000.0
    size: float = 0.0
    fairshare: float = 10000.0
    max_age: float = 20.0
    half_life: float = 10.0
    period: float = 4.0
    favor_small: bool = False


def decayed(begin: float, end: float, now: float, half_life: float) -> float:
    """What a unit of use between `begin` and `end` still weighs at `now`."""
    end = min(end, now)
    if not begin < end:
        return 0.0
    rate = math.log(2.0) / half_life
    return (math.exp(-rate * (now - end)) - math.exp(-rate * (now - begin))) / rate


def fair_tree(children, shares, used):
    """Factors of users: `children[name]` are the names below, users have none.

    Source: Cox, Morrison, "Fair Tree Fairshare Algorithm", Slurm documentation.
    """

    def total(name):
        return used.get(name, 0.0) + sum(total(child) for child in children.get(name, ()))

    users = [name for kids in children.values() for name in kids if name not in children]
    ranks, state = {}, {"left": len(users), "rank": len(users)}

    def level(name):
        siblings = next(kids for kids in children.values() if name in kids)
        if shares[name] == 0:
            return 0.0
        if total(name) == 0:
            return math.inf
        share = shares[name] / sum(shares[s] for s in siblings)
        return share / (total(name) / sum(total(s) for s in siblings))

    def descend(names, tied):
        line = sorted(names, key=lambda n: (-level(n), n in children))
        while line:
            name = line[0]
            same = [n for n in line if level(n) == level(name)]
            if name in children:
                merged = [n for n in same if n in children]
                descend([kid for n in merged for kid in children[n]], tied)
                line = [n for n in line if n not in merged]
            else:
                if not tied:
                    state["rank"] = state["left"]
                ranks[name] = state["rank"] / len(users)
                state["left"] -= 1
                line = line[1:]
            tied = bool(line) and level(line[0]) == level(name)

    descend(children["root account"], False)
    return ranks


@dataclass
class PriorityReference(Reference):
    """The reference scheduler with keys of multifactor priority, recomputed every period."""

    weights: Weights = field(default_factory=Weights)

    def schedule(self) -> list[float]:
        self.factors = {}
        self.computed = 0.0
        names = sorted({j.user for j in self.jobs})
        self.children = {"root account": [ROOT_USER, *names]}
        self.shares = {ROOT_USER: 1, **dict.fromkeys(names, 1)}
        self.queue, self.running, self.ended, self.turns = [], [], {}, 0
        self.coming = sorted(self.jobs, key=lambda j: (j.submit, j.row))
        next_compute = math.inf
        while True:
            arrival = self.coming[0].submit if self.coming else math.inf
            end = min((j.end for j in self.running), default=math.inf)
            now = min(arrival, end)
            if next_compute <= now and next_compute < math.inf:
                now = next_compute
                before = self.in_order()
                self.compute(now)
                next_compute = now + self.weights.period
                if not self.running and not self.queue:
                    next_compute = math.inf
                if self.in_order() != before:
                    self.decide(now)
                continue
            if now == math.inf:
                return [j.start for j in self.jobs]
            if arrival == now:
                job = self.coming.pop(0)
                job.arrival, job.estimate = now, job.limit
                job.key = self.key_of(job)
                self.queue.append(job)
            else:
                self.running.remove(min(self.running, key=lambda j: (j.end, j.turn)))
            self.decide(now)
            if next_compute == math.inf and (self.running or self.queue):
                next_compute = (math.floor(now / self.weights.period) + 1) * self.weights.period

    def in_order(self) -> list[Job]:
        return sorted(self.queue, key=lambda j: (j.key, j.row))

    def key_of(self, job: Job) -> float:
        """The negated priority at a moment, less what all jobs would age until then."""
        w = self.weights
        size = job.cores / self.cores
        points = w.size * (1 - size if w.favor_small else size)
        points += w.fairshare * self.factors.get(job.user, 1.0)
        ripe = self.computed - w.max_age
        return -points + w.age / w.max_age * max(job.arrival, ripe)

    def compute(self, now: float) -> None:
        self.computed = now
        used = {}
        for job in self.jobs:
            if not math.isnan(job.start):
                part = decayed(job.start, job.end, now, self.weights.half_life)
                used[job.user] = used.get(job.user, 0.0) + job.cores * part
        self.factors = fair_tree(self.children, self.shares, used)
        for job in self.queue:
            job.key = self.key_of(job)
