"""What the event loop does with jobs that share storage: their flows begin, end and are cut.

Such a job ends when its flow does, which may be late, or at its limit. Its event among `ends` is
that of its limit, and void if the flow was faster. Whoever starts or stops a job only notes it;
the loop attends to the notes before time goes on, as it alone has the flows at hand.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from numba import njit

from .events import pop_event
from .flow.compiled import compiled
from .flow.verbs import io_cancel, io_first, io_next, io_pop, io_start
from .state import COMPLETED, RUNNING, TIMEOUT

SAME_WORK_S = 1e-6  # who has less than this left at the limit has made it


@njit(cache=True, inline="always")
def note(world, job, row):
    """Have the loop look at the flow of `job`, which has just been started or stopped."""
    job.noted = world.noted
    world.noted = row + 1


@compiled
def attend(world, jobs, flows):
    """Start the flows of noted jobs that run, end those of others."""
    while world.noted > 0:
        row = world.noted - 1
        job = jobs[row]
        world.noted = job.noted
        if job.state == RUNNING:
            io_start(flows, row, world.now, job.runtime, job.flow - 1)
        else:
            io_cancel(flows, row, world.now)


@compiled
def next_flow(world, jobs, ends, flows):
    """When the next flow ends; the limits of jobs that have ended before are forgotten."""
    if world.noted > 0:
        attend(world, jobs, flows)
    while ends[0].job > 0 and ends[1].rank != jobs[ends[1].job].turn:
        pop_event(ends)
    return io_next(flows)


@compiled
def flow_over(world, jobs, ends, flows, flow_time):
    """(row, state) of the job whose flow ends now or whose limit has come.

    The row is -1 where what ends is a stream, which is left to who has sent it.
    """
    if flow_time <= world.now:
        if io_first(flows) < 0:
            return -1, COMPLETED
        row = io_pop(flows)
        job = jobs[row]
        job.turn = -1  # its other events are void
        job.end = world.now
        return row, COMPLETED
    row = pop_event(ends)
    jobs[row].turn = -1
    left = io_cancel(flows, row, world.now)
    return row, TIMEOUT if left > SAME_WORK_S else COMPLETED
