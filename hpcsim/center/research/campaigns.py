"""Campaigns: a user sends a bag of like jobs, looks at the results, thinks, sends the next bag."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from hpcsim.units import HOUR_S, MINUTE_S

# The models of the workload generators serve here too; their modules are named with an underscore
# because a module without one is a generator.
from workloads.generators._lublin_model import TYPES, JobType, draw_runtimes, draw_sizes, scaled

from ..contract import FloatArray, IntArray
from .settings import JobClass, ResearchSettings

BATCH = 512  # campaigns drawn at a time
MOST_TRIES = 200
MOST_ROUNDS = 50


@dataclass(frozen=True)
class Campaigns:
    """m campaigns in columns: units of size are resolved to cores, times are seconds."""

    cores: IntArray
    runtime_s: FloatArray  # typical of its jobs
    bag: IntArray  # jobs of each round
    rounds: IntArray
    think_s: FloatArray
    memory_gib_per_core: FloatArray
    user_chance: FloatArray

    def __len__(self) -> int:
        return len(self.cores)

    @property
    def work_s(self) -> FloatArray:
        """Core-seconds of each."""
        return self.cores * self.runtime_s * self.bag * self.rounds

    def first(self, count: int) -> Campaigns:
        """The first `count` of them."""
        return Campaigns(*(getattr(self, field.name)[:count] for field in fields(self)))


def draw(
    kind: JobClass, settings: ResearchSettings, work_s: float, rng: np.random.Generator
) -> Campaigns:
    """As many campaigns of a class as hold `work_s` core-seconds (the last may pass it)."""
    parts = [_some(kind, settings, 0, rng)]
    total = 0.0
    while total < work_s:
        parts.append(_some(kind, settings, BATCH, rng))
        total += float(parts[-1].work_s.sum())
    whole = Campaigns(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Campaigns)
        )
    )
    if work_s <= 0:
        return whole
    return whole.first(int(np.searchsorted(np.cumsum(whole.work_s), work_s)) + 1)


def _some(
    kind: JobClass, settings: ResearchSettings, count: int, rng: np.random.Generator
) -> Campaigns:
    model = _lublin(kind)
    units = _sizes(kind, model, count, rng)
    think = np.log(settings.think_median_min * MINUTE_S)
    bags = np.exp(np.log(kind.bag_median) + kind.bag_sigma * rng.standard_normal(count))
    return Campaigns(
        cores=units * kind.unit_cores,
        runtime_s=_runtimes(kind, model, units, rng),
        bag=np.clip(np.round(bags), 1, kind.bag_most).astype(np.int64),
        rounds=np.minimum(rng.geometric(1 / kind.rounds, count), MOST_ROUNDS),
        think_s=np.exp(think + settings.think_sigma * rng.standard_normal(count)),
        memory_gib_per_core=rng.choice(np.array(kind.memory_gib_per_core), count),
        user_chance=rng.random(count),
    )


def _lublin(kind: JobClass) -> JobType:
    """Lublin and Feitelson's batch jobs on a machine of the class's largest size, in its units."""
    return scaled(TYPES["batch"], kind.most_units)


def _sizes(kind: JobClass, model: JobType, count: int, rng: np.random.Generator) -> IntArray:
    if kind.size == "choice":
        weights = np.array(kind.weights)
        units = rng.choice(np.array(kind.sizes), count, p=weights / weights.sum())
    else:
        units = draw_sizes(model, count, rng)
    return np.clip(units, kind.least_units, kind.most_units).astype(np.int64)


def _runtimes(
    kind: JobClass, model: JobType, units: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Run times within the class's span: drawn again where they lie outside."""
    least, most = kind.least_h * HOUR_S, kind.most_h * HOUR_S
    times = np.full(len(units), np.nan)
    open_rows = np.arange(len(units))
    for _ in range(MOST_TRIES):
        if not len(open_rows):
            break
        if kind.runtime == "lublin":
            drawn = draw_runtimes(model, units[open_rows], rng)
        else:
            normal = rng.standard_normal(len(open_rows))
            drawn = kind.median_h * HOUR_S * np.exp(kind.sigma * normal)
        times[open_rows] = drawn
        open_rows = open_rows[(drawn < least) | (drawn > most)]
    return np.clip(times, least, most)
