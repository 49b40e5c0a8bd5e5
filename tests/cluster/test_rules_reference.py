"""Random worlds with caps, tiers and preemption: starts are those of the plain reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .rules_reference import CANCEL, OFF, REQUEUE, RuledJob, RulesReference
from .sites import FOUR_CORES, run, states
from .worlds import CORES, ROW

CAP = st.one_of(st.none(), st.integers(1, 3))
CORES_CAP = st.one_of(st.none(), st.integers(CORES // 2, CORES))
CAPS = st.tuples(CAP, CORES_CAP, CORES_CAP)
JOB = st.tuples(ROW, st.integers(0, 1), st.integers(0, 1), st.integers(0, 1))
WORLD = st.lists(JOB, min_size=1, max_size=14).map(lambda w: sorted(w, key=lambda j: j[0][0]))


def site(caps, qos_mode, tier_mode, grace):
    text = FOUR_CORES.replace("cores_per_socket = 4", f"cores_per_socket = {CORES}")
    for i, (jobs, cores, all_cores) in enumerate(caps):
        text += f"[qos.q{i}]\npriority = {i}\n"
        if i == 0 and qos_mode != OFF:
            text += f'preempt = "{qos_mode}"\ngrace_s = {grace:.1f}\n'
        if i == 1 and qos_mode != OFF:
            text += 'preempts = ["q0"]\n'
        text += f"[qos.q{i}.per_user]\n"
        text += f"running_jobs = {jobs}\n" if jobs is not None else ""
        text += f"cores = {cores}\n" if cores is not None else ""
        text += f"[qos.q{i}.group]\ncores = {all_cores}\n" if all_cores is not None else ""
    text += f'[partitions.p0]\npriority_tier = 1\npreempt = "{tier_mode}"\ngrace_s = {grace:.1f}\n'
    return text + "[partitions.p1]\npriority_tier = 2\n"


MODES = st.sampled_from([OFF, REQUEUE, CANCEL])


@pytest.mark.parametrize("backfill", ["none", "easy"])
@given(
    world=WORLD,
    caps=st.tuples(CAPS, CAPS),
    qos_mode=MODES,
    tier_mode=MODES,
    grace=st.sampled_from([0.0, 2.0]),
)
@settings(max_examples=250)
def test_starts_are_those_of_the_plain_reference(backfill, world, caps, qos_mode, tier_mode, grace):
    world = [j for j in world if _can_ever_start(j, caps)]
    if not world:
        return
    jobs = [
        RuledJob(i, *row, user=user, qos=qos, partition=partition)
        for i, (row, user, qos, partition) in enumerate(world)
    ]
    reference = RulesReference(
        CORES, backfill=backfill, jobs=jobs, caps=list(caps), qos_mode=qos_mode,
        tier_mode=tier_mode, grace=grace,
    )  # fmt: skip
    expected = reference.schedule()
    rows = [
        {"submit": row[0], "runtime": row[1], "limit": row[2], "cores": row[3],
         "user": f"u{user}", "qos": f"q{qos}", "partition": f"p{partition}"}
        for row, user, qos, partition in world
    ]  # fmt: skip
    made = run(
        site(caps, qos_mode, tier_mode, grace), rows, "fcfs" if backfill == "none" else "easy"
    )
    assert made.jobs["start"].tolist() == expected
    assert [state == "PREEMPTED" for state in states(made)] == [job.over for job in jobs]
    assert np.array_equal(made.jobs["end"], [job.end for job in jobs])


def _can_ever_start(job, caps):
    cores = job[0][3]
    _, own, every = caps[job[2]]
    return cores <= min(own or CORES, every or CORES)
