"""The compiled event loop of conservative backfilling, in which every waiting job has a plan.

At one moment arrivals come first, in job order, then ends, in the order in which the jobs
started, then the starts that are planned for that moment, in the order in which the plans were
made. There is no pass: plans are made at arrivals and mended at ends.
"""

from __future__ import annotations

import numpy as np
from numba import njit, typeof, types

from .actions import begin
from .compiled import ORDER, STATE
from .conservative import extend, make_plan, next_start, plan_arrival, plan_end, pop_start
from .events import next_time, pop_event
from .state import PENDING
from .steps import arrive, end, next_arrival

PLAN = typeof(make_plan(1, 1))


@njit(types.float64(STATE, PLAN, ORDER, types.float64), cache=True)
def advance_planned(state, plan, key, until):
    """Process everything before `until`, or up to and with the end of a watched job.

    Returns the time reached: that of the watched end, or `until`.
    """
    world = state.world[0]
    jobs, edges, users = state.jobs, state.edges, state.users
    ends, corrections, releases = state.ends, state.corrections, state.releases
    running, running_blocks = state.running, state.running_blocks
    world.watch = -1
    while world.watch < 0:
        time, row = next_arrival(world, jobs, releases)
        end_time = next_time(ends)
        correction_time = next_time(corrections)
        start_time = next_start(plan)
        is_arrival = time <= end_time
        time = min(time, end_time, correction_time)
        is_start = start_time < time
        time = min(time, start_time)
        if time >= until or time == np.inf:
            return until
        world.now = time
        world.events += 1
        if correction_time <= time:
            late = pop_event(corrections)
            job = jobs[late]
            job.expected = job.start + job.limit
            extend(plan, time, late, job.expected)
        elif is_start:
            started = pop_start(plan, time)
            begin(world, jobs, ends, corrections, running, running_blocks, started)
        elif is_arrival:
            row = arrive(world, jobs, users, releases, key, row)
            job = jobs[row]
            job.state = PENDING
            plan_arrival(plan, time, row, job.cores, job.estimate, job.key)
        else:
            plan_end(
                plan,
                time,
                end(
                    world, jobs, edges, users, ends, releases, running, running_blocks, state.lives
                ),
            )
    return world.now
