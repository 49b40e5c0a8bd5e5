"""How long users say that their jobs run: twenty round values, for ninety jobs in a hundred.

Source: Tsafrir, Etsion and Feitelson, Modeling User Runtime Estimates, JSSPP 2005. An estimate is
drawn from the population of values that users like, given that it covers the run time; it is not
the run time times a factor, which the same authors showed to mislead.
"""

from __future__ import annotations

import numpy as np

MINUTE, HOUR = 60.0, 3600.0
POPULAR_S = np.array(
    [h * HOUR for h in (1, 24, 2, 12, 4, 0.5, 6, 8, 48, 3, 10, 5, 36, 15, 18)]
    + [m * MINUTE for m in (10, 15, 5, 20)]
)
"""Popular values except the maximum, the most popular first; weights fall as 1 / rank."""
MAXIMUM_S = 72 * HOUR
MAXIMUM_SHARE = 0.15
POPULAR_SHARE = 0.90
OTHER_STEP_S = 5 * MINUTE


def modal_estimates(runtime_s: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An estimate for each run time (both in seconds, float64), never below it.

    Run times above the 72 h maximum are estimated as they are, in whole steps of 5 minutes.
    """
    values = np.append(POPULAR_S, MAXIMUM_S)
    ranks = 1 / np.arange(1, len(POPULAR_S) + 1)
    weights = np.append(ranks / ranks.sum() * (1 - MAXIMUM_SHARE), MAXIMUM_SHARE)
    order = np.argsort(values)
    values, bounds = values[order], np.cumsum(weights[order])
    below = np.append(0.0, bounds)[np.searchsorted(values, runtime_s, side="left")]
    drawn = below + rng.random(len(runtime_s)) * (1 - below)
    popular = values[np.minimum(np.searchsorted(bounds, drawn, side="right"), len(values) - 1)]
    least = np.maximum(np.ceil(runtime_s / OTHER_STEP_S), 1)
    steps = np.maximum(MAXIMUM_S / OTHER_STEP_S - least, 0)
    other = (least + np.floor(rng.random(len(runtime_s)) * steps)) * OTHER_STEP_S
    odd = (rng.random(len(runtime_s)) >= POPULAR_SHARE) | (runtime_s > MAXIMUM_S)
    return np.where(odd, other, popular)
