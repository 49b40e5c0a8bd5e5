"""Who stands where: shares and use of accounts and users, caps, and what priority is made of.

Small tables beside the jobs: a handful of rows a site, a row a user, a row a kind of job.
"""

from __future__ import annotations

import numpy as np

# A node of the tree of accounts. Row 0 is the root, row 1 its own user, whom Slurm's tree always
# has; a parent stands before its children. Lists end with -1.
ASSOC = np.dtype(
    [
        ("shares", "f8"),
        ("child_shares", "f8"),  # the sum over its children
        ("used", "f8"),  # core-seconds, decayed to `at`; of an account, at the last computation
        ("rate", "f8"),  # core-seconds a second that running jobs use now
        ("at", "f8"),
        ("level", "f8"),  # shares over use, both relative to its siblings'
        ("factor", "f8"),  # of a user: the rank in the whole tree, 1 for the best
        ("parent", "i4"),
        ("first_child", "i4"),
        ("next_sibling", "i4"),
        ("is_user", "i1"),
    ],
    align=True,
)

# Jobs of one user, account, partition and QOS are of one kind; row 0 is that of jobs without.
KIND = np.dtype(
    [
        ("points", "f8"),  # of the partition's tier and factor, and of the QOS
        ("usage_factor", "f8"),
        ("assoc", "i4"),  # the user in the account
        ("route", "i4"),  # the partition and QOS, of which preemption speaks
        ("first_meter", "i4"),  # the caps that hold for it, a stretch of `metered`
        ("meters", "i4"),
    ],
    align=True,
)

# What happens to a running job whose nodes another one needs.
KEEP, REQUEUE, CANCEL = range(3)

# A partition and a QOS, as preemption sees them.
ROUTE = np.dtype(
    [
        ("worth", "f8"),  # whose jobs give way sooner: the smaller
        ("grace", "f8"),  # s between the notice and the end
    ],
    align=True,
)

# What multifactor priority is made of, one row.
WEIGHTS = np.dtype(
    [
        ("age", "f8"),
        ("fairshare", "f8"),
        ("job_size", "f8"),
        ("max_age", "f8"),  # s
        ("decay", "f8"),  # 1/s
        ("period", "f8"),  # s
        ("computed", "f8"),  # when keys were computed last
        ("favor_small", "i1"),
    ],
    align=True,
)

# What jobs under one set of caps hold together, and the most that they may. A cap that is not
# there is the largest number. The reasons of its caps follow each other in reasons.py.
METER = np.dtype(
    [
        ("most_jobs", "i8"),
        ("most_submitted", "i8"),
        ("most_cores", "i8"),
        ("most_nodes", "i8"),
        ("most_used", "f8"),  # core-seconds, decayed
        ("most_ahead", "f8"),  # core-seconds that the limits of running jobs still allow
        ("jobs", "i8"),
        ("submitted", "i8"),
        ("cores", "i8"),
        ("nodes", "i8"),
        ("used", "f8"),
        ("rate", "f8"),
        ("at", "f8"),
        ("limits", "f8"),  # the sum over running jobs of cores times the time of their limit
        ("reason", "i1"),  # of the first cap
    ],
    align=True,
)
JOBS_CAP, SUBMITTED_CAP, CORES_CAP, NODES_CAP, USED_CAP, AHEAD_CAP = range(6)
