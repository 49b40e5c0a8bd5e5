"""Workflows followed: tiny ones by hand, recorded ones against their critical path."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from hpcsim.cluster.machine import Machine
from hpcsim.cluster.policy import policy
from hpcsim.errors import InputError
from hpcsim.studies.follow.follow import follow
from hpcsim.studies.follow.path import critical_path
from hpcsim.studies.follow.tasks import Tasks, tasks_of
from workloads.jobs import Array, Dependency, JobDescription, Recorded
from workloads.workload import Workload


def job(name, seconds, *parents, kind="afterok", **more):
    waits = tuple(Dependency(kind=kind, job=parent) for parent in parents)
    return JobDescription(
        id=name, name=name, dependencies=waits, recorded=Recorded(runtime_s=seconds), **more
    )


DIAMOND = [job("a", 10), job("b", 5, "a"), job("c", 20, "a"), job("d", 1, "b", "c")]


def test_on_enough_cores_a_diamond_takes_its_critical_path():
    found = follow(tasks_of(DIAMOND, "x"), Machine(9), policy("easy"))
    assert found.start_s.tolist() == [0, 10, 10, 30]
    assert (found.makespan_s, found.ideal_s) == (31, 31)
    assert [found.tasks.names[t] for t in found.critical] == ["a", "c", "d"]


def test_on_one_core_it_takes_all_of_its_work_and_says_what_decided():
    found = follow(tasks_of(DIAMOND, "x"), Machine(1), policy("easy"))
    assert found.makespan_s == found.bound_s == 36
    assert found.wait_s.tolist() == [0, 0, 5, 0]
    assert [found.tasks.names[t] for t in found.decisive()] == ["a", "c", "d"]


def test_it_waits_behind_jobs_that_were_there_before():
    others = Workload.of({"submit_s": [0, 100], "runtime_s": [50, 9], "cores": [4, 4]})
    found = follow(tasks_of(DIAMOND, "x"), Machine(4), policy("easy"), background=others, at_s=20)
    assert found.start_s.tolist() == [30, 40, 40, 60]


def test_elements_of_an_array_are_tasks_and_wait_one_by_one_where_told():
    three = Array(ranges=((1, 3),))
    jobs = [job("a", 10, array=three), job("b", 5, "a", kind="aftercorr", array=three)]
    tasks = tasks_of(jobs, "x")
    assert tasks.names == ["a[1]", "a[2]", "a[3]", "b[1]", "b[2]", "b[3]"]
    assert tasks.children.tolist() == [3, 4, 5]
    assert len(tasks_of([jobs[0], job("b", 5, "a")], "x").children) == 3


def test_a_task_of_unknown_length_is_told_and_can_be_given():
    jobs = [JobDescription(id="a", name="a")]
    with pytest.raises(InputError, match="--runtime"):
        tasks_of(jobs, "x")
    assert tasks_of(jobs, "x", runtime_s=7.0).runtime_s.tolist() == [7]


def test_a_circle_has_no_path():
    with pytest.raises(InputError, match="circle"):
        critical_path(tasks_of([job("a", 1, "b"), job("b", 1, "a")], "x"))


def test_7000_genome_tasks_are_followed_in_under_two_seconds():
    chains, length = 1000, 7
    rng = np.random.default_rng(1)
    count = chains * length
    last = np.arange(count) % length == length - 1
    indptr = np.concatenate(([0], np.cumsum(~last)))
    children = np.flatnonzero(~last) + 1
    tasks = Tasks([str(i) for i in range(count)], rng.uniform(60, 7200, count),
                  np.full(count, np.inf), rng.integers(1, 33, count), np.full(count, np.nan),
                  indptr, children)  # fmt: skip
    follow(tasks_of(DIAMOND, "x"), Machine(9), policy("easy"))  # compiled before
    began = time.process_time()
    found = follow(tasks, Machine(2000), policy("easy"))
    assert time.process_time() - began < 2
    assert found.unended == 0 and found.makespan_s >= found.bound_s


def test_the_command_tells_the_timeline_and_draws_it(hpcsim, trace, tmp_path):
    file, page = tmp_path / "jobs.toml", tmp_path / "gantt.html"
    file.write_text(
        '[[jobs]]\nid = "a"\nname = "first"\ntasks = 8\ntime_limit_s = 30\n'
        '[[jobs]]\nid = "b"\nname = "<second>"\ntasks = 2\ntime_limit_s = 5\n'
        'dependencies = [{kind = "afterok", job = "a"}]\n'
    )
    done = hpcsim("job", "submit", file, "--scenario", trace, "--json", "-o", page)
    found = json.loads(done.out)
    assert [row["name"] for row in found["timeline"]] == ["first", "<second>"]
    assert found["critical_path_s"] == 35
    assert "&lt;second&gt;" in page.read_text() and "<second>" not in page.read_text()
    assert hpcsim("job", "submit", file, "--cores", 8).out.count("\n") == 3
    assert hpcsim("job", "submit", file, "--cores", 4).status == 2
