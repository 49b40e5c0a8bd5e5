"""EASY over nodes in a world with rules: a job may pass the head if the head is not delayed."""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE
from hpcsim.cluster.ruled_walk import ruled_schedule

SUMMARY = "a job may pass if the head of the queue is not delayed"
SOURCE = "Lifka, JSSPP 1995; Mu'alem, Feitelson, IEEE TPDS 12(6), 2001"


@njit(PASS_SIGNATURE, cache=True)
def schedule(state, place, new):
    """One EASY pass that heeds rules."""
    ruled_schedule(borrowed_state(state), place, new, True)
