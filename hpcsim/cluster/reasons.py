"""Why a job waits: the reasons that a user knows from Slurm, as small numbers and as names.

The compiled core writes the numbers; a reason of a new rule is a name at the end of the list.
What each reason has cost a job is kept in a few slots a job, so that its longest can be told.
"""

from __future__ import annotations

import numpy as np
from numba import njit

REASON_NAMES = (
    "None",
    # The queue's order.
    "Resources",
    "Priority",
    # What a job itself asks.
    "Dependency",
    "JobHeldUser",
    "JobHeldAdmin",
    "BeginTime",
    "DeadLine",
    "JobArrayTaskLimit",
    # The machine.
    "Reservation",
    "ReqNodeNotAvail",
    "Licenses",
    "PowerNotAvail",
    # Partitions.
    "PartitionTimeLimit",
    "PartitionNodeLimit",
    "PartitionConfig",
    # Caps over all jobs of a QOS, over each of its users, over each of its accounts.
    "QOSGrpJobsLimit",
    "QOSGrpSubmitJobsLimit",
    "QOSGrpCpuLimit",
    "QOSGrpNodeLimit",
    "QOSGrpCPUMinutesLimit",
    "QOSGrpCPURunMinutesLimit",
    "QOSMaxJobsPerUserLimit",
    "QOSMaxSubmitJobPerUserLimit",
    "QOSMaxCpuPerUserLimit",
    "QOSMaxNodePerUserLimit",
    "QOSMaxCpuMinutesPerUserLimit",
    "QOSMaxCpuRunMinutesPerUserLimit",
    "MaxJobsPerAccount",
    "MaxSubmitJobsPerAccount",
    "MaxCpuPerAccount",
    "MaxNodePerAccount",
    "MaxCpuMinutesPerAccount",
    "MaxCpuRunMinutesPerAccount",
    # Caps over an account and those below it.
    "AssocGrpJobsLimit",
    "AssocGrpSubmitJobsLimit",
    "AssocGrpCpuLimit",
    "AssocGrpNodeLimit",
    "AssocGrpCPUMinutesLimit",
    "AssocGrpCPURunMinutesLimit",
    # Nodes that are on their way to a job that others have made room for.
    "Preempting",
    "Cleaning",
    # No state of the other jobs could let it start any more.
    "DependencyNeverSatisfied",
)  # fmt: skip


def reason_code(name: str) -> int:
    """The number of the reason called `name`; ValueError without one."""
    return REASON_NAMES.index(name)


NO_REASON, RESOURCES, PRIORITY, DEPENDENCY = range(4)
JOB_HELD_USER = reason_code("JobHeldUser")
BEGIN_TIME = reason_code("BeginTime")
JOB_ARRAY_TASK_LIMIT = reason_code("JobArrayTaskLimit")
RESERVATION = reason_code("Reservation")
REQ_NODE_NOT_AVAIL = reason_code("ReqNodeNotAvail")
LICENSES = reason_code("Licenses")
NEVER_SATISFIED = reason_code("DependencyNeverSatisfied")

# What one reason has held a job; a job has SLOTS of them, a row of `State.held`.
HELD_BY = np.dtype([("seconds", "f4"), ("reason", "i1")], align=True)
SLOTS = 4


@njit(cache=True)
def add_held(held, row, reason, seconds):
    """Job `row` was held `seconds` by `reason`; with more reasons than slots the least is lost."""
    least = 0
    for i in range(held.shape[1]):
        slot = held[row, i]
        if slot.reason == reason:
            slot.seconds += seconds
            return
        if slot.reason == NO_REASON:
            slot.reason = reason
            slot.seconds = seconds
            return
        if slot.seconds < held[row, least].seconds:
            least = i
    if held[row, least].seconds < seconds:
        held[row, least].reason = reason
        held[row, least].seconds = seconds


@njit(cache=True)
def change_reason(world, asks, held, row, reason):
    """From now on `reason` holds job `row`; what held it until now is accounted."""
    ask = asks[row]
    if ask.reason == reason:
        return
    if ask.reason != NO_REASON and world.now > ask.since:
        add_held(held, row, ask.reason, world.now - ask.since)
    ask.reason = reason
    ask.since = world.now


@njit(cache=True)
def change_head(world, held, head):
    """Job `head` (-1: none) is the first of the queue from now on, and waits for resources.

    Where there are no rules a waiting job is the first or behind it, so no other job is touched.
    """
    if world.noted_head >= 0 and world.now > world.noted_s:
        add_held(held, world.noted_head, RESOURCES, world.now - world.noted_s)
    world.noted_head = head
    world.noted_s = world.now
