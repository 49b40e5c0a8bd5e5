"""The compiled plan against the plain reference, start for start, on worlds nobody thought of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpcsim.cluster import conservative as cons
from hpcsim.cluster.conservative import schedule


class Reference:
    """A plan that looks at every waiting job and at every slot each time."""

    def __init__(self, cores):
        self.cores = cores
        self.slots = {}  # job: (start, end, size), planned or running
        self.waiting = {}  # job: (key, size, estimate)
        self.made = {}  # job: number of its plan
        self.plans = 0

    def free(self, time, without=None):
        return self.cores - sum(
            size
            for job, (start, end, size) in self.slots.items()
            if job != without and start <= time < end
        )

    def fits(self, job, time, size, estimate):
        moments = [time] + [
            start
            for other, (start, _, _) in self.slots.items()
            if other != job and time < start < time + estimate
        ]
        return all(self.free(moment, job) >= size for moment in moments)

    def earliest(self, job, now, size, estimate):
        ends = {end for other, (_, end, _) in self.slots.items() if other != job and end > now}
        for time in sorted({now} | ends):
            if self.fits(job, time, size, estimate):
                return time
        return math.inf

    def plan(self, job, start):
        _, size, estimate = self.waiting[job]
        self.slots[job] = (start, start + estimate, size)
        self.plans += 1
        self.made[job] = self.plans

    def arrive(self, now, job, size, estimate, key=0.0):
        self.waiting[job] = (key, size, estimate)
        self.plan(job, self.earliest(job, now, size, estimate))

    def end(self, now, job):
        del self.slots[job]
        self.walk(now)

    def cancel(self, now, job):
        del self.waiting[job], self.slots[job]
        self.walk(now)

    def line(self):
        return sorted(self.waiting, key=lambda job: (self.waiting[job][0], job))

    def walk(self, now):
        for job in self.line():
            _, size, estimate = self.waiting[job]
            if self.slots[job][0] > now:
                start = self.earliest(job, now, size, estimate)
                if start < self.slots[job][0]:
                    self.plan(job, start)

    def extend(self, now, job, new_end):
        start, _, size = self.slots[job]
        self.slots[job] = (start, new_end, size)
        line = self.line()
        for other in line:
            del self.slots[other]
        for other in line:
            _, size, estimate = self.waiting[other]
            self.plan(other, self.earliest(other, now, size, estimate))

    def next(self):
        if not self.waiting:
            return math.inf, None
        job = min(self.waiting, key=lambda job: (self.slots[job][0], self.made[job]))
        return self.slots[job][0], job

    def start(self, now):
        _, job = self.next()
        del self.waiting[job]
        return job


def plain_schedule(submit, runtime, estimate, size, cores):
    """Start times, event by event: arrivals, then ends as they started, then starts."""
    world = Reference(cores)
    start = [math.inf] * len(submit)
    arrivals = list(range(len(submit)))
    running = []
    started = 0
    while True:
        arrival = submit[arrivals[0]] if arrivals else math.inf
        end = min(running)[0] if running else math.inf
        now = min(arrival, end, world.next()[0])
        if now == math.inf:
            return start
        if arrival == now:
            job = arrivals.pop(0)
            world.arrive(now, job, size[job], estimate[job])
        elif end == now:
            ended = min(running)
            running.remove(ended)
            world.end(now, ended[2])
        else:
            job = world.start(now)
            start[job] = now
            running.append((now + runtime[job], started, job))
            started += 1


def same(submit, runtime, estimate, size, cores):
    expected = plain_schedule(submit, runtime, estimate, size, cores)
    assert schedule(submit, runtime, estimate, size, cores).tolist() == expected


@st.composite
def worlds(draw):
    cores = draw(st.integers(1, 12))
    job = st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 8), st.integers(1, cores))
    jobs = draw(st.lists(job, max_size=25))
    gap, runtime, more, size = zip(*jobs, strict=True) if jobs else ((), (), (), ())
    submit = np.cumsum(gap, dtype=float)
    estimate = [a + b for a, b in zip(runtime, more, strict=True)]
    return submit.tolist(), list(map(float, runtime)), list(map(float, estimate)), size, cores


@given(worlds())
def test_any_world(world):
    same(*world)


def random_world(rng, n, cores, load, exact):
    size = np.minimum(rng.geometric(min(1, 1.5 / np.sqrt(cores)), n), cores)
    runtime = np.floor(rng.exponential(rng.choice([2, 30]), n))
    estimate = runtime if exact else runtime + np.floor(runtime * rng.exponential(1, n))
    if rng.random() < 0.5:
        estimate = np.maximum(np.ceil(estimate / 10) * 10, runtime)
    span = max((runtime * size).sum() / cores / load, 1)
    submit = np.sort(np.floor(rng.random(n) * span))
    return submit.tolist(), runtime.tolist(), estimate.tolist(), size.tolist(), cores


@pytest.mark.parametrize("seed", range(60))
def test_worlds_of_every_load(seed):
    rng = np.random.default_rng(seed)
    load = [0.7, 1.0, 1.3, 5.0, 100.0][seed % 5]
    n = int(rng.integers(30, 100))
    cores = int(rng.choice([1, 4, 16, 100, 1000]))
    same(*random_world(rng, n, cores, load, exact=seed % 7 == 0))


class World:
    """The plan and the reference side by side, through whatever may happen."""

    def __init__(self, rng, cores=20, n=60):
        self.rng, self.cores, self.now = rng, cores, 0.0
        self.reference = Reference(cores)
        self.plan = cons.make_plan(cores, n)
        self.waiting, self.running = set(), {}
        self.size = rng.integers(1, cores + 1, n)
        self.length = rng.integers(0, 20, n).astype(float)

    def check(self):
        slots = [(cons.planned_start(self.plan, job), job) for job in self.waiting]
        slots = [(start, start + self.length[job], job) for start, job in slots]
        slots += [(self.now, end, job) for job, end in self.running.items()]
        for moment, _, _ in slots:
            used = sum(self.size[job] for start, end, job in slots if start <= moment < end)
            assert used <= self.cores
        for job in self.waiting:
            assert cons.planned_start(self.plan, job) == self.reference.slots[job][0]

    def start_due(self):
        while cons.next_start(self.plan) <= self.now:
            job = cons.pop_start(self.plan, self.now)
            assert job == self.reference.start(self.now)
            self.waiting.remove(job)
            self.running[job] = self.now + self.length[job]

    def finish(self, job):
        del self.running[job]
        cons.plan_end(self.plan, self.now, job)
        self.reference.end(self.now, job)

    def step(self, job):
        key = float(self.rng.integers(3))
        size, length = self.size[job], self.length[job]
        cons.plan_arrival(self.plan, self.now, job, size, length, key)
        self.reference.arrive(self.now, job, size, length, key)
        self.waiting.add(job)
        what = self.rng.integers(6)
        if what == 0 and self.waiting:
            gone = self.rng.choice(sorted(self.waiting))
            self.waiting.remove(gone)
            cons.plan_cancel(self.plan, self.now, gone)
            self.reference.cancel(self.now, gone)
        elif what == 1 and self.running:
            longer = self.rng.choice(sorted(self.running))
            self.running[longer] += 3
            self.length[longer] += 3
            cons.extend(self.plan, self.now, longer, self.running[longer])
            self.reference.extend(self.now, longer, self.running[longer])
        elif what == 2 and self.running:
            self.finish(self.rng.choice(sorted(self.running)))
        self.check()
        self.start_due()

    def advance(self):
        events = [cons.next_start(self.plan), *self.running.values()]
        self.now = min(*events, self.now + self.rng.integers(0, 4), math.inf)
        for job in [job for job, end in self.running.items() if end <= self.now]:
            self.finish(job)
        self.start_due()


@pytest.mark.parametrize("seed", range(20))
def test_random_events(seed):
    world = World(np.random.default_rng(seed))
    for job in range(60):
        world.step(job)
        world.advance()
