"""Nobody passes, in a world with rules: jobs start in order until the first that does not fit.

Jobs that a rule holds back are no such first: a licence that is lacking stops nobody else.
"""

from __future__ import annotations

from numba import njit

from hpcsim.cluster.borrow import borrowed_state
from hpcsim.cluster.compiled import PASS_SIGNATURE
from hpcsim.cluster.ruled_walk import ruled_schedule

SUMMARY = "nobody passes the head of the queue"
SOURCE = "Feitelson, Rudolph, Schwiegelshohn, JSSPP 2004"


@njit(PASS_SIGNATURE, cache=True)
def schedule(state, place, new):
    """Start the head of the queue as long as it fits."""
    ruled_schedule(borrowed_state(state), place, new, False)
