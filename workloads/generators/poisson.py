"""M/M/c: jobs of one core, exponential gaps and run times; queueing theory knows the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..workload import Workload
from ._settings import MOST_CORES, MOST_JOBS, in_range, refuse


@dataclass(frozen=True)
class Settings:
    """What may be set."""

    jobs: int = 200_000
    servers: int | None = None
    """Cores of the machine; without it those given as `cores`, else 16."""
    cores: int | None = None
    load: float = 0.8
    """Arrival rate * mean run time / servers, expected; a sample scatters around it."""
    runtime: float = 1000.0
    """Mean run time in seconds."""


def generate(settings: Settings, rng: np.random.Generator) -> Workload:
    """Jobs without a limit, in fractions of a second, one user."""
    ranges = {"jobs": (1, MOST_JOBS), "servers": (1, MOST_CORES), "cores": (1, MOST_CORES)}
    refuse(in_range("poisson", settings, **ranges, load=(1e-6, 100), runtime=(1e-6, 1e9)))
    servers = settings.servers or settings.cores or 16
    gap = settings.runtime / (settings.load * servers)
    return Workload.of(
        {
            "submit_s": np.cumsum(rng.exponential(gap, settings.jobs)),
            "runtime_s": rng.exponential(settings.runtime, settings.jobs),
            "limit_s": np.full(settings.jobs, np.inf),
            "cores": np.ones(settings.jobs, dtype=np.int32),
            "user": np.zeros(settings.jobs, dtype=np.int32),
        },
        name="poisson",
        machine_cores=servers,
    )
