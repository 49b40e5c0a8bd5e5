"""The cluster's state: a few large record arrays that compiled functions share.

One row of `jobs` is one job; everything else (queues, running jobs, events) holds row numbers.
Records keep what is used together on one cache line, and few arrays keep the counting of
references cheap where they are handed to small compiled functions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import config

from .events import EVENT
from .lives import LIFE, STOP
from .ordered import BLOCK, ENTRY, make_ordered
from .power import CARD, DRAW, FEED, SLEEP
from .reasons import HELD_BY
from .standing import ASSOC, KIND, METER, ROUTE, WEIGHTS
from .terms import COUNTER, LINK, TERM, WINDOW

# States of a job, in the order in which it can pass through them.
UNSEEN, HELD, PENDING, RUNNING = range(4)
COMPLETED, TIMEOUT, NODE_FAIL, CANCELLED, DEADLINE = range(4, 9)
FAILED, OUT_OF_MEMORY, PREEMPTED = range(9, 12)
STATE_NAMES = (
    "UNSEEN", "HELD", "PENDING", "RUNNING", "COMPLETED", "TIMEOUT", "NODE_FAIL", "CANCELLED",
    "DEADLINE", "FAILED", "OUT_OF_MEMORY", "PREEMPTED",
)  # fmt: skip

JOB = np.dtype(
    [
        ("submit", "f8"),  # when the workload hands it in
        ("arrival", "f8"),  # when it joins the queue (later than submit only for a released job)
        ("runtime", "f8"),  # how long it would run without a limit
        ("limit", "f8"),  # when it is cut
        ("estimate", "f8"),  # how long the scheduler believes it will run
        ("start", "f8"),
        ("end", "f8"),
        ("expected", "f8"),  # when the scheduler believes that it ends
        ("key", "f8"),  # its place in the queue: smaller is sooner
        ("cores", "i4"),
        ("user", "i4"),
        ("first_edge", "i4"),  # the jobs that wait for its end, a list in `edges`
        ("blockers", "i4"),  # how many ends it still waits for
        ("requeues", "i4"),  # how often a failure has stopped it
        ("turn", "i4"),  # its place among starts; an end event of another turn is void
        ("nodes", "i4"),  # how many nodes it wants, and of each:
        ("node_cores", "i4"),
        ("node_memory", "i4"),  # MiB
        ("node_gres", "i4"),
        ("first_share", "i4"),  # what it holds, a list in `shares`
        ("next_started", "i4"),  # the job that started before it and is not charged yet, or -1
        ("flow", "i4"),  # 1 + the class of flow in which it shares storage, 0 for none
        ("noted", "i4"),  # 1 + the next row whose flow the loop must look at, see flowing.py
        ("mask", "i8"),  # features and partition that each node must have
        ("exclusive", "i1"),
        ("released", "i1"),  # its nodes were given back before its end event came
        ("state", "i1"),
        ("backfilled", "i1"),
        ("dependent", "i1"),  # see INDEPENDENT, AFTER_ENDS, FOLLOWS
        ("watched", "i1"),  # somebody outside waits for its end
        ("watts", "f8"),  # what its nodes draw more because it runs
    ],
    align=True,
)

# What only rules need of a job: a row a job, beside `jobs`, touched in ruled worlds alone.
ASK = np.dtype(
    [
        ("since", "f8"),  # when the present reason began to hold it
        ("eligible", "f8"),  # since when it ages
        ("points", "f8"),  # of its priority, all that stands still
        ("nice", "i4"),
        ("kind", "i4"),  # whose it is and where it goes, a row of `kinds`
        ("reason", "i1"),  # why it waits, see reasons.py
        ("charged", "i1"),  # its use is being counted
        ("admitted", "i1"),  # it counts as submitted under its caps
        ("notice", "i1"),  # it has to give way, and how: see `standing`
        ("cut", "i1"),  # its end has been brought forward for that
        ("preempted", "i2"),  # how often it has given way
    ],
    align=True,
)

# When a job arrives: at its submit; at its submit but not before the ends it waits for; or, as a
# user who looks at a result and thinks does, some time after an end whatever its submit was.
INDEPENDENT, AFTER_ENDS, FOLLOWS = range(3)

# What stopped the last advance if it was no watched job: nothing, the end of a stream of bytes that
# somebody outside has sent, or that there is no room to note more runs that are preempted.
NOBODY, STREAM, NO_ROOM = -1, -2, -3

# An arrow from a job to one that waits for its end.
EDGE = np.dtype([("delay", "f8"), ("child", "i4"), ("next", "i4")], align=True)

# What a predictor remembers of a user: the last two run times.
USER = np.dtype([("last", "f8"), ("before", "f8"), ("ended", "i8")], align=True)

# A node; its free cores stand in an array of their own, which placement scans.
NODE = np.dtype(
    [
        ("fit_time", "f8"),  # when the blocked head fits it, see `fit_head`: -inf now, inf never
        ("shadow", "f8"),  # the shadow time for which the two figures below hold, nan for none
        ("mask", "i8"),
        ("shadow_cores", "i4"),  # free at that time
        ("shadow_memory", "i4"),
        ("shadow_gres", "i4"),
        ("cores", "i4"),
        ("memory", "i4"),  # MiB
        ("gres", "i4"),
        ("free_memory", "i4"),
        ("free_gres", "i4"),
        ("first_share", "i4"),  # who holds what of it, by expected end, a list in `shares`
        ("down", "i2"),  # how many reasons there are for it not to be used
        ("walled", "i1"),  # a window keeps it from the blocked head at the shadow time
        ("fit_head", "i4"),  # `fit_time` is that of the head of this number; else it is unknown
        ("idle_since", "f8"),  # when its last core was given back
        ("crest", "i4"),  # of row s: no node of stretch s has more free cores, see STRETCH
    ],
    align=True,
)

# Placement passes over so many nodes at once when none of them has the cores.
STRETCH_BITS = 4
STRETCH = 1 << STRETCH_BITS
OUT_OF_REACH = 2**20  # taken from the free cores of a node that may not be used
WITHIN_REACH = OUT_OF_REACH - 1  # the bits that say how many are free, whether it may or not

# What one job holds of one node. Row 0 is the header: its `job` is the first unused row.
SHARE = np.dtype(
    [
        ("expected", "f8"),
        ("job", "i4"),
        ("node", "i4"),
        ("cores", "i4"),
        ("memory", "i4"),
        ("gres", "i4"),
        ("next_in_node", "i4"),
        ("next_in_job", "i4"),
    ],
    align=True,
)

# The scalars of the state, one row.
WORLD = np.dtype(
    [
        ("now", "f8"),
        ("cores", "i8"),
        ("free", "i8"),  # below zero only within a moment, while jobs due now still count as free
        ("jobs", "i8"),
        ("arrived", "i8"),  # rows below this have been taken from the submitted ones
        ("cycle", "f8"),  # see loop.py: EVERY_EVENT, EVERY_INSTANT or a period in seconds
        ("next_pass", "f8"),
        ("shadow", "f8"),  # when the blocked head can start at the latest
        ("extra", "i8"),  # cores that the head will leave free at that moment
        ("blocked", "i1"),  # the head does not fit, and nothing has ended since that was seen
        ("shadow_valid", "i1"),
        ("dynamic", "i1"),  # the order's keys change as time passes
        ("predicted", "i1"),  # estimates come from what users ran before
        ("by_estimate", "i1"),  # the backfill scan has an order of its own
        ("changed", "i1"),  # something has happened since the last pass
        ("planned", "i1"),  # the policy keeps a plan of every waiting job
        ("by_node", "i1"),  # cores belong to nodes
        ("head", "i8"),  # the blocked job whose fit times the nodes hold, or -1
        ("head_number", "i4"),  # counts the heads for which nodes are asked when they fit
        ("fitting", "i8"),  # nodes that fit it by its shadow time
        ("fitting_before", "i8"),  # those that fit it before that
        ("fitting_now", "i8"),
        ("scanned_head", "i8"),  # the head, shadow time and fitting nodes of the last scan
        ("scanned_shadow", "f8"),
        ("scanned_fitting", "i8"),
        ("noted", "i8"),  # 1 + the first row whose flow the loop must look at, 0 for none
        ("nudged", "i1"),  # something from outside asks for a pass
        ("lost_core_s", "f8"),  # work that failures have thrown away
        ("checkpoint_core_s", "f8"),  # spent on writing checkpoints
        ("mortal", "i1"),  # jobs have lives, see lives.py
        ("clairvoyant", "i1"),  # the scheduler knows run times
        ("powered", "i1"),  # watts are counted, see power.py
        ("rationed", "i1"),  # and bear on who may start: there is a cap, or nodes sleep
        ("node_w", "f8"),  # what all nodes draw, as if none were off or down
        ("peak_w", "f8"),  # the most that was
        ("node_j", "f8"),  # its integral until `power_s`
        ("power_s", "f8"),
        ("cap_w", "f8"),  # inf for none
        ("off_after", "f8"),  # seconds of idleness after which a node is off
        ("power_shadow", "f8"),  # when the blocked head has its watts, and
        ("power_spare", "f8"),  # those that it leaves to others then
        ("sleeps", "i8"),
        ("stops", "i8"),  # runs that were stopped
        ("freed", "i8"),  # the most free cores of any node that was given back since then
        ("edges", "i8"),
        ("passes", "i8"),
        ("events", "i8"),
        ("started", "i8"),
        ("ended", "i8"),
        ("noted_head", "i8"),  # the first of the queue since `noted_s`, or -1
        ("noted_s", "f8"),
        ("nodes", "i8"),
        ("charged", "i1"),  # who uses and holds how much is counted
        ("metered", "i1"),  # there are caps
        ("fading", "i1"),  # there are caps that time alone can lift
        ("preempting", "i1"),  # running jobs can have to give way
        ("tiered", "i1"),  # keys are shifted by the partition's tier
        ("preemptions", "i8"),
        ("preempted_core_s", "f8"),  # work that preemption has thrown away
        ("prioritised", "i1"),  # keys are made of factors that are computed every so often
        ("next_compute", "f8"),  # when they are next; inf while nothing happens
        ("last_started", "i8"),  # a list of jobs whose use is not counted yet, or -1
        ("lanes", "i8"),  # the highest bit of each lane of countable resources
        ("windowed", "i1"),  # there are windows in which nodes are kept
        ("parted", "i1"),  # one of them is in the way of the blocked head
        ("keep_unsatisfiable", "i1"),  # a job whose dependencies cannot come true stays
        ("clear_until", "f8"),  # no window begins before, and none is now
        ("first", "i8"),  # the job that the last pass with rules kept nodes for, or -1
        ("ruled", "i1"),  # there is more than the queue's order to hold a job
        ("watch", "i8"),  # whose end stopped the last advance: a watched job, or as `NOBODY`
    ],
    align=True,
)


class State(NamedTuple):
    """All that the compiled functions share."""

    world: np.ndarray
    jobs: np.ndarray
    edges: np.ndarray
    users: np.ndarray
    ends: np.ndarray
    corrections: np.ndarray
    releases: np.ndarray
    running: np.ndarray
    running_blocks: np.ndarray
    waiting: np.ndarray
    waiting_blocks: np.ndarray
    scan: np.ndarray
    scan_blocks: np.ndarray
    nodes: np.ndarray
    free: np.ndarray
    shares: np.ndarray
    levels: np.ndarray
    chosen: np.ndarray
    asks: np.ndarray
    held: np.ndarray
    kinds: np.ndarray
    assocs: np.ndarray
    weights: np.ndarray
    metered: np.ndarray  # the meters of each kind, a stretch a kind
    meters: np.ndarray
    routes: np.ndarray
    preempts: np.ndarray  # int8[L, L], see `Rulebook.preempts`
    terms: np.ndarray
    links: np.ndarray
    counters: np.ndarray
    windows: np.ndarray
    where: np.ndarray  # int32[1 + L, N]: each node's fence, then its switch on each level
    timers: np.ndarray
    lives: np.ndarray
    feeds: np.ndarray
    draws: np.ndarray
    core_watts: np.ndarray  # float64[W, K]: what a core's work adds, by class of work and node type
    cards: np.ndarray
    sleeps: np.ndarray
    stops: np.ndarray


def records(dtype: np.dtype, *shape: int) -> np.ndarray:
    """Zeroed records; without the compiler, records whose fields are attributes."""
    array = np.zeros(shape, dtype)
    return array.view(np.recarray) if config.DISABLE_JIT else array


__all__ = [
    "ASK", "ASSOC", "BLOCK", "CARD", "COUNTER", "DRAW", "EDGE", "ENTRY", "EVENT", "FEED", "HELD_BY",
    "JOB", "KIND", "LIFE", "LINK", "METER", "NODE", "ROUTE", "SHARE", "SLEEP", "STOP", "TERM",
    "USER", "WEIGHTS", "WINDOW", "WORLD", "State", "make_ordered",
]  # fmt: skip
