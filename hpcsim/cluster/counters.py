"""Claims on what the whole machine has only so many of: licences, running elements of an array."""

from __future__ import annotations

from numba import njit


@njit(cache=True, inline="always")
def lacking(term, links, counters):
    """The reason of the first counter that cannot give what is claimed of it, 0 for none."""
    at = term.first_claim
    while at > 0:
        claim = links[at]
        if counters[claim.to].free < claim.amount:
            return counters[claim.to].reason
        at = claim.next
    return 0


@njit(cache=True, inline="always")
def hold_claims(term, links, counters):
    """Take what the job claims."""
    term.holding = 1
    at = term.first_claim
    while at > 0:
        claim = links[at]
        counters[claim.to].free -= claim.amount
        at = claim.next


@njit(cache=True, inline="always")
def drop_claims(term, links, counters):
    """Give back what the job holds, if it does."""
    if term.holding == 0:
        return
    term.holding = 0
    at = term.first_claim
    while at > 0:
        claim = links[at]
        counters[claim.to].free += claim.amount
        at = claim.next
