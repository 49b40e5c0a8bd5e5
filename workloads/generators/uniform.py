"""Plain jobs for measuring speed: sizes from a range, log-normal run times, Poisson arrivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import Problem
from ..workload import Workload
from ._people import zipf_users
from ._settings import MOST_CORES, MOST_JOBS, MOST_USERS, in_range, one_of, refuse

DRAWS = ("uniform", "log")


@dataclass(frozen=True)
class Settings:
    """What may be set."""

    jobs: int = 100_000
    cores: int = 35_000
    load: float = 0.9
    sizes: str = "1-16"
    """Smallest and largest number of cores of a job."""
    draw: str = "uniform"
    """Sizes uniform, or uniform in the logarithm (log)."""
    runtime: float = 3600.0
    """Median run time in seconds."""
    sigma: float = 1.0
    """Standard deviation of the logarithm of the run time."""
    factor: float = 2.0
    """Limits are uniform between the run time and so many times it."""
    users: int = 100
    zipf: float = 1.1


def generate(settings: Settings, rng: np.random.Generator) -> Workload:
    """Jobs of whole seconds, with gaps that make the offered load exact."""
    low, high = _checked(settings)
    jobs = settings.jobs
    if settings.draw == "log":
        cores = np.floor(np.exp(rng.uniform(np.log(low), np.log(high + 1), jobs)))
    else:
        cores = rng.integers(low, high + 1, jobs)
    runtime_s = np.maximum(
        np.rint(rng.lognormal(np.log(settings.runtime), settings.sigma, jobs)), 1
    )
    workload = Workload.of(
        {
            "submit_s": np.cumsum(rng.exponential(1.0, jobs)),
            "runtime_s": runtime_s,
            "limit_s": np.rint(runtime_s * rng.uniform(1, settings.factor, jobs)),
            "cores": np.clip(cores, low, high),
            "user": zipf_users(jobs, settings.users, settings.zipf, rng),
        },
        name="uniform",
        machine_cores=settings.cores,
    )
    return workload.with_load(settings.load, settings.cores)


def _checked(settings: Settings) -> tuple[int, int]:
    ranges = {"jobs": (2, MOST_JOBS), "cores": (1, MOST_CORES), "users": (1, MOST_USERS)}
    problems = in_range(
        "uniform",
        settings,
        **ranges,
        load=(1e-6, 100),
        runtime=(1, 1e9),
        sigma=(0, 5),
        factor=(1, 1000),
        zipf=(0, 10),
    )
    problems += one_of("uniform", settings, draw=DRAWS)
    parts = settings.sizes.split("-")
    if not all(p.isdecimal() and len(p) < 10 for p in parts) or len(parts) > 2:
        rule = "two numbers with a hyphen between, such as 1-16"
        refuse(
            [*problems, Problem("sizes is no range", "uniform", value=settings.sizes, rule=rule)]
        )
    low, high = int(parts[0]), int(parts[-1])
    if not 1 <= low <= high <= settings.cores:
        rule = f"1 <= smallest <= largest <= {settings.cores} cores"
        problems.append(Problem("sizes do not fit", "uniform", value=settings.sizes, rule=rule))
    refuse(problems)
    return low, high
