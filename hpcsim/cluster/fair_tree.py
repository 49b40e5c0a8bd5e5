"""Fair Tree: users ranked by the shares and the use of their accounts, level by level.

At each level the children of an account are sorted by shares over use, both relative to their
siblings'; whoever is below a better one ranks better, whatever is further below. Users that tie
share a rank, and so does a user with the best of an account that ties with him; accounts that
tie have their children sorted together. Source: Cox, Morrison, "Fair Tree Fairshare Algorithm",
Slurm documentation.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .usage import accrue


@njit(cache=True)
def gather_use(assocs, now, decay):
    """Bring every user's use to this moment, and every account's to the sum of those below."""
    for i in range(len(assocs)):
        assoc = assocs[i]
        if assoc.is_user:
            accrue(assoc, now, decay)
        else:
            assoc.used = 0.0
    for i in range(len(assocs) - 1, 0, -1):
        assoc = assocs[i]
        if assoc.used > 0:
            assocs[assoc.parent].used += assoc.used


@njit(cache=True)
def _settle_levels(assocs):
    """Each association's shares over its use, infinite for none, 0 for no shares."""
    for i in range(1, len(assocs)):
        assoc = assocs[i]
        parent = assocs[assoc.parent]
        if assoc.shares == 0:
            assoc.level = 0.0
        elif assoc.used == 0:
            assoc.level = np.inf
        else:
            assoc.level = (assoc.shares / parent.child_shares) / (assoc.used / parent.used)


@njit(cache=True)
def _line_up(assocs, parents, line, begin):
    """Write the children of `parents` into `line` from `begin` on, best level first; their end.

    Of those that tie, users stand before accounts.
    """
    end = begin
    for users in (1, 0):
        for parent in parents:
            child = assocs[parent].first_child
            while child >= 0:
                if assocs[child].is_user == users:
                    line[end] = child
                    end += 1
                child = assocs[child].next_sibling
    levels = np.empty(end - begin, np.float64)
    for i in range(begin, end):
        levels[i - begin] = -assocs[line[i]].level
    line[begin:end] = line[begin:end].copy()[np.argsort(levels, kind="mergesort")]
    return end


@njit(cache=True)
def rank_users(assocs):
    """Settle every user's factor from shares and use."""
    _settle_levels(assocs)
    count = len(assocs)
    line = np.empty(count, np.int64)
    # The levels of the tree that are open: where each begins, ends, and how far it has been told.
    ends = np.empty(count + 1, np.int64)
    ats = np.empty(count + 1, np.int64)
    tied_before = np.zeros(count + 1, np.int64)
    ends[0] = _line_up(assocs, np.zeros(1, np.int64), line, 0)
    ats[0] = 0
    depth = 0
    begins = np.zeros(count + 1, np.int64)
    users = 0
    for i in range(count):
        users += assocs[i].is_user
    rank = users
    left = users
    while depth >= 0:
        at = ats[depth]
        if at == ends[depth]:
            depth -= 1
            continue
        assoc = assocs[line[at]]
        if at == begins[depth]:
            tied = tied_before[depth] > 0
        else:
            tied = assocs[line[at - 1]].level == assoc.level
        if assoc.is_user:
            if not tied:
                rank = left
            assoc.factor = rank / users
            left -= 1
            ats[depth] = at + 1
            continue
        after = at + 1
        while after < ends[depth] and assocs[line[after]].level == assoc.level:
            after += 1
        ats[depth] = after
        begins[depth + 1] = ats[depth + 1] = ends[depth]
        tied_before[depth + 1] = tied
        ends[depth + 1] = _line_up(assocs, line[at:after], line, ends[depth])
        depth += 1
