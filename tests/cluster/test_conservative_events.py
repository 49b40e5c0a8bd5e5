"""Cancellations, overruns, late starts, queue keys and growth, event by event."""

from __future__ import annotations

import math

import pytest

from hpcsim.cluster import conservative as cons


def plan_of(cores, *arrivals):
    """A plan after (size, estimate[, key]) arrived at 0, and those that start at once started."""
    plan = cons.make_plan(cores, len(arrivals) + 5)
    for job, (size, estimate, *key) in enumerate(arrivals):
        cons.plan_arrival(plan, 0.0, job, size, float(estimate), float(key[0]) if key else 0.0)
    while cons.next_start(plan) == 0:
        cons.pop_start(plan, 0.0)
    return plan


def starts(plan, *jobs):
    return [cons.planned_start(plan, job) for job in jobs]


def test_a_cancelled_job_gives_its_slot_to_the_queue():
    plan = plan_of(4, (4, 10), (4, 10), (2, 10))
    assert starts(plan, 1, 2) == [10, 20]
    cons.plan_cancel(plan, 3.0, 1)
    assert starts(plan, 2) == [10]


def test_an_overrun_plans_the_queue_anew():
    plan = plan_of(4, (4, 10), (3, 10), (2, 5), (1, 5))
    assert starts(plan, 1, 2, 3) == [10, 20, 10]
    cons.extend(plan, 10.0, 0, 14.0)
    assert starts(plan, 1, 2, 3) == [14, 24, 14]
    assert cons.next_start(plan) == 14


def test_a_late_start_keeps_its_whole_estimate():
    plan = plan_of(4, (4, 10), (4, 10), (4, 10))
    cons.plan_end(plan, 10.0, 0)
    assert cons.pop_start(plan, 12.0) == 1
    assert starts(plan, 1, 2) == [12, 22]


def test_the_walk_goes_by_key_and_ties_by_row():
    plan = plan_of(4, (4, 10), (4, 5, 3), (4, 5, 1), (4, 5, 1))
    assert starts(plan, 1, 2, 3) == [10, 15, 20]
    cons.plan_end(plan, 4.0, 0)
    assert starts(plan, 2, 3, 1) == [4, 15, 9]


def test_nobody_starts_before_time():
    plan = plan_of(4, (4, 10), (4, 10))
    assert cons.pop_start(plan, 9.0) == -1
    assert cons.next_start(cons.make_plan(4, 1)) == math.inf


def test_a_grown_plan_goes_on():
    plan = cons.grow(plan_of(4, (4, 10), (4, 10)), 1000)
    for job in range(2, 1000):
        cons.plan_arrival(plan, 1.0, job, 4, 10.0, 0.0)
    assert starts(plan, 1, 2, 999) == [10, 20, 9990]


def test_a_machine_has_cores():
    with pytest.raises(ValueError, match="between 1 and"):
        cons.make_plan(0, 1)
