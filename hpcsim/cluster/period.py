"""What is settled at multiples of a period: priorities, and caps that time alone can lift."""

from __future__ import annotations

import numpy as np
from numba import njit

from .caps import any_fades
from .priority import compute


@njit(cache=True)
def compute_all(state, world):
    """Compute priorities at this moment and settle when next; whether a pass may find more.

    While nothing runs or waits all use decays alike, which changes no rank: then there is no
    next computation until a job arrives.
    """
    changed = world.fading > 0
    if world.prioritised:
        changed |= compute(world, state.jobs, state.asks, state.kinds, state.assocs,
                           state.weights, state.waiting, state.waiting_blocks)  # fmt: skip
    can_go_on = state.ends[0].job > 0 or (
        state.waiting_blocks[0].count > 0
        and (
            state.releases[0].job > 0
            or world.arrived < world.jobs
            or (world.fading > 0 and any_fades(world, state.meters, state.weights[0].decay))
        )
    )
    world.next_compute = world.now + state.weights[0].period if can_go_on else np.inf
    return changed


@njit(cache=True, inline="always")
def wind(world, weights):
    """Priorities are computed again at the next multiple of their period, if they stood still."""
    if world.next_compute == np.inf and (world.prioritised or world.fading):
        period = weights[0].period
        world.next_compute = (np.floor(world.now / period) + 1.0) * period
