"""Who submits: few users send most jobs."""

from __future__ import annotations

import numpy as np


def zipf_users(jobs: int, users: int, exponent: float, rng: np.random.Generator) -> np.ndarray:
    """User codes (int32, `jobs` of them): user k sends a share proportional to (k+1)^-exponent.

    Source: Zipf's law, as seen in user activity of production logs (Feitelson, Workload Modeling
    for Computer Systems Performance Evaluation, 2015, chapter 8).
    """
    weights = np.arange(1, users + 1, dtype=np.float64) ** -exponent
    bounds = np.cumsum(weights) / weights.sum()
    codes = np.searchsorted(bounds, rng.random(jobs), side="right")
    return np.minimum(codes, users - 1).astype(np.int32)
