"""Preemption between QOS and between partition tiers: who gives way, how, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from .sites import FOUR_CORES, cluster, run, starts, states

QOS = """
[qos.normal]
preempt = "{mode}"
grace_s = {grace}
[qos.urgent]
priority = 100
preempts = ["normal"]
[qos.other]
priority = 50
"""
TIERS = """
[partitions.main]
default = true
[partitions.scavenge]
priority_tier = 0
preempt = "{mode}"
grace_s = {grace}
"""


def qos(mode="requeue", grace=0):
    return FOUR_CORES + QOS.format(mode=mode, grace=float(grace))


def tiers(mode="requeue", grace=0):
    return FOUR_CORES + TIERS.format(mode=mode, grace=float(grace))


LOW, HIGH, MAIN = {"qos": "normal"}, {"qos": "urgent"}, {"partition": "main"}
LEFT_OVER = {"partition": "scavenge"}
POLICIES = ["fcfs", "easy", "multifactor", "multifactor-easy"]


@pytest.mark.parametrize("name", POLICIES)
def test_a_requeued_job_starts_again_from_nothing(name):
    rows = [{**LOW, "cores": 4, "runtime": 10}, {**HIGH, "submit": 4, "cores": 4, "runtime": 5}]
    made = run(qos(), rows, name)
    assert made.jobs["start"].tolist() == [9, 4]
    assert made.jobs["end"].tolist() == [19, 9]
    assert states(made) == ["COMPLETED", "COMPLETED"]
    assert (made.preemptions, made.preempted_core_s) == (1, 16.0)


def test_a_cancelled_job_is_over():
    rows = [{**LOW, "cores": 4, "runtime": 10}, {**HIGH, "submit": 4, "cores": 4, "runtime": 5}]
    made = run(qos("cancel"), rows)
    assert made.jobs["start"].tolist() == [0, 4]
    assert made.jobs["end"].tolist() == [4, 9]
    assert states(made) == ["PREEMPTED", "COMPLETED"]


@pytest.mark.parametrize("mode", ["requeue", "cancel"])
def test_with_a_grace_time_the_job_runs_on_until_it_is_over(mode):
    rows = [{**LOW, "cores": 4, "runtime": 10}, {**HIGH, "submit": 4, "cores": 4, "runtime": 5}]
    made = cluster(qos(mode, 3), rows)
    made.advance(6.0)
    assert made.reason(1) == "Resources"
    made.advance()
    assert made.jobs["start"].tolist() == ([12, 7] if mode == "requeue" else [0, 7])
    assert made.preempted_core_s == 28.0


def test_a_job_that_ends_within_its_grace_time_just_ends():
    rows = [{**LOW, "cores": 4, "runtime": 6}, {**HIGH, "submit": 4, "cores": 4, "runtime": 5}]
    made = run(qos("cancel", 3), rows)
    assert made.jobs["start"].tolist() == [0, 6]
    assert states(made) == ["COMPLETED", "COMPLETED"]
    assert made.preemptions == 0


def test_a_second_job_does_not_make_others_give_way_for_room_that_is_on_its_way():
    rows = [{**LOW, "cores": 2, "runtime": 99}, {**LOW, "cores": 2, "runtime": 99, "submit": 1},
            {**HIGH, "submit": 4, "cores": 2, "runtime": 5},
            {**HIGH, "submit": 5, "cores": 2, "runtime": 5, "limit": 1}]  # fmt: skip
    made = cluster(qos("requeue", 3), rows)
    made.advance(6.0)
    # Both urgent jobs wait; the younger normal job has notice, the older has not.
    assert made._state.asks["notice"].tolist() == [0, 1, 0, 0]


def test_the_job_that_has_lost_least_gives_way_and_no_more_than_it_takes():
    rows = [{**LOW, "cores": 2, "runtime": 20}, {**LOW, "cores": 1, "runtime": 20, "submit": 1},
            {**LOW, "cores": 1, "runtime": 20, "submit": 2},
            {**HIGH, "submit": 4, "cores": 1, "runtime": 5}]  # fmt: skip
    made = run(qos(), rows)
    assert made.jobs["start"].tolist() == [0, 1, 9, 4]
    # Two cores: the two small ones are younger, but the large one alone would be enough. The
    # younger ones are asked first, and both are needed.
    rows[3]["cores"] = 2
    assert run(qos(), rows).jobs["start"].tolist() == [0, 9, 9, 4]
    # Three cores: all three are asked, and the youngest is not needed.
    rows[3]["cores"] = 3
    assert run(qos(), rows).jobs["start"].tolist() == [9, 1, 9, 4]


def test_nobody_gives_way_in_vain():
    # Six cores are not there even if the normal job goes: it stays, and the other is not asked.
    two = qos().replace("count = 1", "count = 2")
    rows = [{**LOW, "cores": 4}, {"qos": "other", "cores": 4}, {**HIGH, "nodes": 2, "cores": 4}]
    made = run(two, rows)
    assert made.jobs["start"].tolist() == [0, 0, 10]
    assert made.preemptions == 0


def test_who_may_not_preempt_waits():
    rows = [{**LOW, "cores": 4}, {"qos": "other", "submit": 4, "cores": 4}]
    assert starts(qos(), rows) == [0, 10]


@pytest.mark.parametrize("name", POLICIES)
def test_a_higher_tier_takes_the_nodes_of_a_lower_one(name):
    rows = [{**LEFT_OVER, "cores": 4}, {**MAIN, "submit": 4, "cores": 4, "runtime": 5}]
    made = run(tiers(), rows, name)
    assert made.jobs["start"].tolist() == [9, 4]
    assert states(run(tiers("cancel"), rows, name)) == ["PREEMPTED", "COMPLETED"]
    assert starts(tiers("off"), rows, name) == [0, 10]
    # A lower tier never takes those of a higher one.
    rows = [{**MAIN, "cores": 4}, {**LEFT_OVER, "submit": 4, "cores": 4}]
    assert starts(tiers(), rows, name) == [0, 10]


@pytest.mark.parametrize("name", POLICIES)
def test_a_higher_tier_goes_first_whatever_came_before(name):
    rows = [{**MAIN, "cores": 4}, {**LEFT_OVER, "submit": 1, "cores": 4},
            {**MAIN, "submit": 2, "cores": 4}]  # fmt: skip
    assert starts(tiers("off"), rows, name) == [0, 20, 10]


def test_a_job_behind_the_head_takes_nodes_only_if_it_ends_by_its_shadow_time():
    # The head waits for 20; at 3 an urgent job of one core comes.
    text = qos().replace("count = 1", "count = 2")
    rows = [{"qos": "other", "nodes": 2, "cores": 3, "runtime": 20},
            {**LOW, "nodes": 2, "cores": 1, "runtime": 20},
            {"qos": "other", "submit": 1, "nodes": 2, "cores": 4, "runtime": 5},
            {**HIGH, "submit": 3, "runtime": 17}]  # fmt: skip
    assert starts(text, rows) == [0, 25, 20, 3]
    rows[3]["runtime"] = 18
    assert starts(text, rows) == [0, 0, 20, 25]


def test_what_waits_for_a_cancelled_job_goes_on_and_what_preempts_is_charged():
    rows = [{**LOW, "cores": 4, "runtime": 10}, {**LOW, "submit": 0, "cores": 1, "runtime": 1},
            {**HIGH, "submit": 4, "cores": 4, "runtime": 5}]  # fmt: skip
    made = cluster(qos("cancel"), rows, "multifactor-easy")
    made.follow([0], [1], [0.0])
    made.advance()
    assert made.jobs["start"].tolist() == [0, 9, 4]


@pytest.mark.parametrize("cycle", ["event", "instant", 10.0])
def test_every_preempted_run_is_noted_however_many_there_are(cycle):
    """More than there is room for at first, in one call."""
    times = 3000
    short = [{**HIGH, "submit": 20 * i + 10, "cores": 4, "runtime": 10} for i in range(times)]
    made = run(qos(), [{**LOW, "cores": 4, "runtime": 15}, *short], cycle=cycle)
    assert made.preemptions == len(made.stops) == times
    assert np.unique(made.stops["end"]).tolist() == [20.0 * i + 10 for i in range(times)]
    assert made.preempted_core_s == 4 * (made.stops["end"] - made.stops["start"]).sum()
