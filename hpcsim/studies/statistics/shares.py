"""How often something holds: a share of replications with its exact interval."""

from __future__ import annotations

from .estimate import CONFIDENCE, Estimate


def share_of(held: int, runs: int, confidence: float = CONFIDENCE) -> Estimate:
    """`held` of `runs` and the interval of Clopper and Pearson (Biometrika 26, 1934)."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(held, runs - held + 1, tail)) if held else 0.0
    high = float(betaincinv(held + 1, runs - held, 1 - tail)) if held < runs else 1.0
    return Estimate(held / runs if runs else float("nan"), low, high, runs)
