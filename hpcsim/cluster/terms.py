"""What jobs and machines may say beyond cores, memory and order: terms, claims, ties, windows.

A job's terms are a row beside its row in `jobs`, touched only where rules are on. Whatever there
can be several of (claims, ties, shapes) is a list in `links`, whose row 0 is the header: its
`amount` is the number of rows in use. So 0 stands for "none" everywhere.
"""

from __future__ import annotations

import numpy as np

TERM = np.dtype(
    [
        ("deadline", "f8"),  # when it must have ended
        ("latest", "f8"),  # the last moment at which it can start for that
        ("reservation", "i4"),  # the number, from 1, of the reservation inside which it runs
        ("first_claim", "i4"),  # what it holds of the machine's counters while it runs
        ("first_tie", "i4"),  # the jobs that wait for its start or end in some way
        ("first_shape", "i4"),  # the shapes among which the scheduler picks
        ("hopes", "i4"),  # where one fulfilled tie is enough: how many can still be
        ("any_is_enough", "i1"),
        ("holding", "i1"),  # it holds its claims
        ("held", "i1"),  # its user holds it back
        ("fate", "i1"),  # see FINE, NEVER
    ],
    align=True,
)

# Whether a job's dependencies can still be satisfied.
FINE, NEVER = range(2)

LINK = np.dtype(
    [
        ("runtime", "f8"),  # of a shape; for a tie the seconds that it adds
        ("limit", "f8"),
        ("estimate", "f8"),
        ("next", "i4"),
        ("to", "i4"),  # the counter of a claim, the waiting job of a tie, the nodes of a shape
        ("amount", "i4"),  # what is claimed; a shape's cores of each node
        ("memory", "i4"),  # MiB of each node
        ("gres", "i4"),
        ("kind", "i1"),  # of a tie, see below
        ("told", "i1"),  # it has been fulfilled, or cannot be any more
    ],
    align=True,
)

# What a tie waits for: a start, any end, an end as it should be, or any other end.
AFTER, AFTER_ANY, AFTER_OK, AFTER_NOT_OK = range(4)
TIE_NAMES = ("after", "afterany", "afterok", "afternotok")

# Something countable of the whole machine: a licence, or how many elements of an array may run.
COUNTER = np.dtype([("free", "i8"), ("reason", "i1")], align=True)

# Stretches of time in which nodes are kept for a reservation, or for nobody (reservation 0).
# Nodes with the same stretches share a fence: a header row, then its windows by start.
WINDOW = np.dtype(
    [
        ("start", "f8"),
        ("end", "f8"),
        ("until", "f8"),  # of a header: how long others may run there from now on
        ("reservation", "i4"),
        ("count", "i4"),  # of a header: how many windows follow
        ("past", "i4"),  # of a header: how many of them are over
    ],
    align=True,
)

# What happens at a time although no job arrives or ends: a window begins or ends, or the last
# moment passes at which a job could start and still end before its deadline.
WINDOW_EDGE = -1
