"""Job descriptions that ask for more than cores, followed: the same rules as in a workload."""

from __future__ import annotations

import pytest

from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.simulation.scenario import Scenario
from hpcsim.simulation.site_machine import machine_of
from hpcsim.site import load
from hpcsim.studies.follow.asking import asks_more
from hpcsim.studies.follow.follow import follow, follow_in
from hpcsim.studies.follow.tasks import tasks_of
from workloads.jobs import Array, Dependency, JobDescription, Recorded


def job(name, seconds, *waits, **more):
    dependencies = tuple(Dependency(**each) for each in waits)
    return JobDescription(
        id=name, name=name, dependencies=dependencies, recorded=Recorded(runtime_s=seconds), **more
    )


def starts(jobs, machine=9, at_s=0.0):
    on = Machine(machine) if isinstance(machine, int) else machine
    return follow(tasks_of(jobs, "x"), on, policy("easy"), at_s=at_s).start_s.tolist()


def test_plain_workflows_need_no_rules():
    chain = [job("a", 5), job("b", 5, {"kind": "afterok", "job": "a"})]
    assert not asks_more(tasks_of(chain, "x"))


def test_a_throttled_array_and_a_start_with_a_delay():
    five = Array(ranges=((1, 3),), throttle=1)
    jobs = [job("a", 50, array=five), job("b", 5, {"kind": "after", "job": "a", "delay_s": 60})]
    assert starts(jobs, at_s=7.0) == [0, 50, 100, 160]


def test_an_element_is_meant_by_its_index():
    three = Array(ranges=((4, 6),))
    jobs = [
        job("a", 50, array=three, cpus_per_task=1),
        job("b", 5, {"kind": "afterany", "job": "a", "element": "5"}),
        job("c", 5, {"kind": "afternotok", "job": "a", "element": "5"}),
    ]
    found = follow(tasks_of(jobs, "x"), Machine(1), policy("easy"))
    assert found.start_s.tolist()[:4] == [0, 50, 100, 150]
    assert found.unended == 0


def test_begin_hold_licences_and_accelerators_of_a_site():
    site = machine_of(load("gpu-teaching"))
    jobs = [
        job("a", 10, begin="now+30"),
        job("b", 10, gpus="a100:4", licenses="matlab:20"),
        job("c", 10, gres="gpu:1", licenses="matlab:6"),
    ]
    assert starts(jobs, site, at_s=5.0) == [30, 0, 10]


def test_mistakes_come_together():
    jobs = [job("a", 1, begin="2030-01-01T00:00:00"), job("b", 1, deadline="2030-01-01T00:00:00")]
    with pytest.raises(InputError) as told:
        starts(jobs)
    assert len(told.value.problems) == 2
    with pytest.raises(InputError, match="no such licence"):
        starts([job("a", 1, licenses="matlab")])


def test_a_scenario_refuses_what_its_machine_does_not_know():
    tasks = tasks_of([job("a", 1, licenses="matlab", gres="gpu:1")], "x")
    with pytest.raises(InputError, match="gres, licences"):
        follow_in(Scenario(horizon_days=1), tasks, 0.0)
