"""The distributions of the Lublin-Feitelson model: sizes, run times, arrivals by hour.

Source: Lublin and Feitelson, The Workload on Parallel Supercomputers: Modeling the Characteristics
of Rigid Jobs, J. Parallel Distrib. Comput. 63(11), 2003; constants of the authors' program
m_lublin99.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

BUCKETS = 48
BUCKET_S = 1800.0
DAY_S = 86400.0
FIRST_BUCKET = 11
"""Where the cycle of the day begins, in half hours: at five in the morning."""
LONGEST_LOG_RUNTIME = 12.0
LONGEST_LOG_GAP = 13.0


@dataclass(frozen=True)
class JobType:
    """Constants of one type of job, under the names of the paper and its program."""

    serial_prob: float
    pow2_prob: float
    ulow: float
    umed: float
    uhi: float
    uprob: float
    a1: float
    b1: float
    a2: float
    b2: float
    pa: float
    pb: float
    aarr: float
    barr: float
    anum: float
    bnum: float
    arar: float


_SIZES = {
    "batch": (0.2927, 0.6686, 1.2, 5.0, 7.0, 0.875),
    "interactive": (0.1541, 0.625, 1.0, 3.0, 5.5, 0.705),
    "single": (0.244, 0.576, 0.8, 4.5, 7.0, 0.86),
}
_RUNTIMES = {
    "batch": (6.57, 0.823, 639.1, 0.0156, -0.003, 0.6986),
    "interactive": (3.8351, 0.6605, 7.073, 0.6856, -0.0118, 0.9156),
    "single": (4.2, 0.94, 312.0, 0.03, -0.0054, 0.78),
}
_ARRIVALS = {
    "batch": (6.0415, 0.8531, 6.1271, 5.2740, 1.0519),
    "interactive": (6.5510, 0.6621, 8.9186, 3.6680, 0.9797),
    "single": (10.2303, 0.4871, 8.1737, 3.9631, 1.0225),
}
TYPES = {name: JobType(*_SIZES[name], *_RUNTIMES[name], *_ARRIVALS[name]) for name in _SIZES}


def scaled(kind: JobType, cores: int) -> JobType:
    """The type on a machine of `cores` cores: UHI moves with log2(cores), UMED keeps its distance.

    At the 128 nodes of the model's own logs these are the published constants.
    """
    uhi = max(kind.uhi + np.log2(cores) - 7.0, 0.0)
    umed = max(uhi - (kind.uhi - kind.umed), 0.0)
    return replace(kind, uhi=uhi, umed=umed, ulow=min(kind.ulow, umed))


def draw_sizes(kind: JobType, jobs: int, rng: np.random.Generator) -> np.ndarray:
    """Cores of `jobs` jobs (int32): serial, a power of two, or anything, two-stage uniform."""
    u, stage = rng.random(jobs), rng.random(jobs)
    within = rng.random(jobs)
    low = stage <= kind.uprob
    exponent = np.where(
        low,
        kind.ulow + within * (kind.umed - kind.ulow),
        kind.umed + within * (kind.uhi - kind.umed),
    )
    exponent = np.where(u <= kind.serial_prob + kind.pow2_prob, np.rint(exponent), exponent)
    sizes = np.where(u <= kind.serial_prob, 1, np.rint(2**exponent))
    return np.clip(sizes, 1, int(2**kind.uhi + 0.5)).astype(np.int32)


def draw_runtimes(kind: JobType, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Run times in whole seconds (float64): hyper-gamma in the logarithm, longer for large jobs."""
    share = np.clip(kind.pa * sizes + kind.pb, 0, 1)
    first = rng.random(len(sizes)) < share
    shape, scale = np.where(first, kind.a1, kind.a2), np.where(first, kind.b1, kind.b2)
    logs = _gamma_below(shape, scale, LONGEST_LOG_RUNTIME, rng)
    return np.maximum(np.rint(np.exp(logs)), 1)


def draw_gaps(kind: JobType, jobs: int, rng: np.random.Generator) -> np.ndarray:
    """Gaps between arrivals in points: half hours of a time in which every hour is alike."""
    shape, scale = np.full(jobs, kind.aarr * kind.arar), np.full(jobs, kind.barr)
    gaps: np.ndarray = np.exp(_gamma_below(shape, scale, LONGEST_LOG_GAP, rng)) / BUCKET_S
    return gaps


def _gamma_below(
    shape: np.ndarray, scale: np.ndarray, most: float, rng: np.random.Generator
) -> np.ndarray:
    """Gamma variates, drawn again where they are above `most`."""
    values = rng.gamma(shape, scale)
    while len(again := np.flatnonzero(values > most)):
        values[again] = rng.gamma(shape[again], scale[again])
    return values


def bucket_weights(kind: JobType) -> np.ndarray:
    """Weight of each half hour of the day from midnight (48 of them, mean 1)."""
    from scipy.special import gammainc

    hours = np.arange(FIRST_BUCKET, FIRST_BUCKET + BUCKETS)
    high = gammainc(kind.anum, (hours + 0.5) / kind.bnum)
    low = gammainc(kind.anum, (hours - 0.5) / kind.bnum)
    weights = np.empty(BUCKETS)
    weights[(hours - 1) % BUCKETS] = high - low
    return weights * (BUCKETS / weights.sum())


def points_at(time_s: float, weights: np.ndarray) -> float:
    """Points that pass from midnight of day 0 until a time in seconds."""
    days, rest = divmod(time_s, DAY_S)
    passed = np.append(0.0, np.cumsum(weights))
    bounds = np.arange(BUCKETS + 1) * BUCKET_S
    return float(days * BUCKETS + np.interp(rest, bounds, passed))


def times_of(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Seconds from midnight of day 0 at which so many points have passed."""
    days, rest = np.divmod(points, BUCKETS)
    passed = np.append(0.0, np.cumsum(weights))
    bounds = np.arange(BUCKETS + 1) * BUCKET_S
    return days * DAY_S + np.interp(rest, passed, bounds)
