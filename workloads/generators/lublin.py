"""The Lublin-Feitelson model, on a machine of any size and with any offered load.

Sizes, run times, arrivals and the cycle of the day are the model's; estimates are Tsafrir's; users
follow Zipf's law. `days` and `load` together decide how many jobs there are; `jobs` and `load`
together decide how long they take to arrive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import Problem
from ..workload import Workload
from ._demand import rows_for_work
from ._estimates import modal_estimates
from ._lublin_model import (
    BUCKETS,
    DAY_S,
    TYPES,
    JobType,
    bucket_weights,
    draw_gaps,
    draw_runtimes,
    draw_sizes,
    points_at,
    scaled,
    times_of,
)
from ._people import zipf_users
from ._settings import MOST_CORES, MOST_JOBS, MOST_USERS, in_range, one_of, refuse

MODELS: dict[str, tuple[str, ...]] = {name: (name,) for name in TYPES} | {
    "both": ("batch", "interactive")
}
ESTIMATES = ("modal", "exact", "none")
SAMPLE = 10_000
WHOLE_SECONDS_FROM_S = 10_000.0
USERS_IN_A_GROUP = 10


@dataclass(frozen=True)
class Settings:
    """What may be set; `days`, `jobs` and `load` may not be set all three."""

    days: float | None = None
    """Days between the first and the last submission."""
    jobs: int | None = None
    load: float | None = None
    """Work divided by what the machine could do in that time; without it the model's own rate."""
    cores: int = 35_000
    model: str = "single"
    """single, batch, interactive, or both: batch and interactive together."""
    users: int = 400
    zipf: float = 1.1
    """Exponent of the users' activity."""
    estimates: str = "modal"
    """modal (Tsafrir), exact (the run time) or none (no limit)."""


def generate(settings: Settings, rng: np.random.Generator) -> Workload:
    """Jobs of the model in whole seconds; raises InputError where settings do not go together."""
    _check(settings)
    kinds = [scaled(TYPES[name], settings.cores) for name in MODELS[settings.model]]
    jobs = _jobs(settings, kinds, rng)
    submit_s = _submits(settings, kinds, jobs)
    users = zipf_users(len(submit_s), settings.users, settings.zipf, rng)
    return Workload.of(
        {
            "submit_s": submit_s,
            "runtime_s": jobs.runtimes,
            "limit_s": _limits(settings.estimates, jobs.runtimes, rng),
            "cores": jobs.sizes,
            "user": users,
            "group": users // USERS_IN_A_GROUP,
            "queue": jobs.kind,
        },
        name="lublin",
        machine_cores=settings.cores,
        labels={"queue": MODELS[settings.model]},
    )


def _check(settings: Settings) -> None:
    problems = in_range(
        "lublin",
        settings,
        days=(1e-3, 36_525),
        jobs=(1, MOST_JOBS),
        load=(1e-6, 100),
        cores=(1, MOST_CORES),
        users=(1, MOST_USERS),
        zipf=(0, 10),
    )
    problems += one_of("lublin", settings, model=tuple(MODELS), estimates=ESTIMATES)
    if None not in (settings.days, settings.jobs, settings.load):
        hint = "leave one of them out: it follows from the other two"
        problems.append(Problem("days, jobs and load cannot all be set", "lublin", hint=hint))
    if settings.jobs == 1 and (settings.load or settings.days):
        rule = "a load and a length need at least two jobs"
        problems.append(Problem("jobs is too small", "lublin", value="1", rule=rule))
    refuse(problems)


@dataclass(frozen=True)
class _Jobs:
    """Jobs in order of arrival, before they have a time."""

    points: np.ndarray
    """When each arrives, in half hours of a time in which every hour is alike."""
    kind: np.ndarray
    sizes: np.ndarray
    runtimes: np.ndarray

    @property
    def work(self) -> np.ndarray:
        """Core-seconds of each."""
        return self.sizes * self.runtimes

    def take(self, rows: np.ndarray) -> _Jobs:
        """These rows, arriving as the first ones did."""
        first = self.points[: len(rows)]
        return _Jobs(first, self.kind[rows], self.sizes[rows], self.runtimes[rows])


def _jobs(settings: Settings, kinds: list[JobType], rng: np.random.Generator) -> _Jobs:
    """As many jobs as the settings ask for."""
    if settings.jobs is not None:
        return _draw(kinds, settings.jobs, rng)
    days = settings.days or 7.0
    if settings.load is None:
        return _arriving_within(days, kinds, rng)
    target = settings.load * settings.cores * days * DAY_S
    mean = _draw(kinds, SAMPLE, rng).work.mean()
    count = int(min(target / mean * 1.1, MOST_JOBS)) + SAMPLE
    while True:
        jobs = _draw(kinds, count, rng)
        rows = rows_for_work(jobs.work, target)
        if rows is not None and len(rows) > 1:
            return jobs.take(rows)
        if rows is not None or count > MOST_JOBS:
            hint = "choose more or fewer days, or a smaller load"
            refuse([Problem("no number of jobs makes this load", "lublin", hint=hint)])
        count *= 2


def _draw(kinds: list[JobType], count: int, rng: np.random.Generator) -> _Jobs:
    """The first `count` arrivals of all types together."""
    streams = [np.cumsum(draw_gaps(kind, count, rng)) for kind in kinds]
    points = np.concatenate(streams)
    order = np.argsort(points, kind="stable")[:count]
    kind = (order // count).astype(np.int32)
    sizes, runtimes = np.empty(count, dtype=np.int32), np.empty(count)
    for number, constants in enumerate(kinds):
        mine = np.flatnonzero(kind == number)
        sizes[mine] = draw_sizes(constants, len(mine), rng)
        runtimes[mine] = draw_runtimes(constants, sizes[mine], rng)
    return _Jobs(points[order], kind, sizes, runtimes)


def _arriving_within(days: float, kinds: list[JobType], rng: np.random.Generator) -> _Jobs:
    """The jobs that the model sends in so many days by itself."""
    rate = sum(1 / draw_gaps(kind, SAMPLE, rng).mean() for kind in kinds)
    count = int(days * BUCKETS * rate * 1.2) + 1000
    while True:
        jobs = _draw(kinds, count, rng)
        within = np.flatnonzero(jobs.points <= days * BUCKETS)
        if len(within) < count:
            return jobs.take(within if len(within) > 1 else np.arange(2))
        count *= 2


def _submits(settings: Settings, kinds: list[JobType], jobs: _Jobs) -> np.ndarray:
    """Times of submission in seconds; the first is 0, the last the wanted length."""
    points = jobs.points - jobs.points[0]
    length = _length_s(settings, jobs)
    times = np.empty(len(points))
    for number, kind in enumerate(kinds):
        mine = jobs.kind == number
        weights = bucket_weights(kind)
        stretch = 1.0 if length is None else points_at(length, weights) / points[-1]
        times[mine] = times_of(points[mine] * stretch, weights)
    return np.rint(times) if times.max() >= WHOLE_SECONDS_FROM_S else times


def _length_s(settings: Settings, jobs: _Jobs) -> float | None:
    if settings.days is not None:
        return settings.days * DAY_S
    if settings.load is not None and settings.jobs is not None:
        return float(jobs.work.sum() / (settings.load * settings.cores))
    return 7.0 * DAY_S if settings.jobs is None else None


def _limits(estimates: str, runtimes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if estimates == "modal":
        return modal_estimates(runtimes, rng)
    return runtimes if estimates == "exact" else np.full(len(runtimes), np.inf)
