"""No place at all: for a machine that is one pool of cores."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.compiled import PLACE_SIGNATURE


@njit(PLACE_SIGNATURE, cache=True)
def place(state, row, head):
    """Nothing to choose."""
    return False
