"""The compiled core against the plain reference: every policy, on random worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings

from hpcsim.cluster.policy import CONSERVATIVE, policies, policy
from hpcsim.simulation.replay import Options, replay

from .reference import Job, Reference
from .worlds import CORES, WORLD, workload

IN_PASSES = [p.name for p in policies() if p.backfill != CONSERVATIVE and not p.computed]


def both(world, name, **options):
    chosen = policy(name)
    rows = [row for row, _ in world]
    users = np.array([user for _, user in world], np.int32)
    outcome = replay(workload(rows, user=users), Options(chosen, CORES, verify=True, **options))
    reference = Reference(
        CORES,
        chosen.order,
        chosen.backfill,
        chosen.by_estimate,
        jobs=[Job(i, *map(float, row[:3]), row[3], user) for i, (row, user) in enumerate(world)],
        **options,
    )
    expected = reference.schedule()
    assert outcome.jobs.column("start_s").to_pylist() == expected
    backfilled = [job.backfilled for job in reference.jobs]
    assert outcome.jobs.column("backfilled").to_pylist() == backfilled


@pytest.mark.parametrize("name", IN_PASSES)
@given(world=WORLD)
@settings(max_examples=40)
def test_every_policy_schedules_as_the_reference(name, world):
    both(world, name)


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf", "wfp3-easy", "sjf-easy-sjbf"])
@pytest.mark.parametrize("estimates", ["clairvoyant", "user-average"])
@given(world=WORLD)
@settings(max_examples=40)
def test_estimates(name, estimates, world):
    both(world, name, estimates=estimates)


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf", "saf-easy", "wfp3-easy"])
@pytest.mark.parametrize("cycle", ["instant", 4.0])
@given(world=WORLD)
@settings(max_examples=40)
def test_cycles(name, cycle, world):
    both(world, name, cycle=cycle)


@given(world=WORLD)
@example(world=[((0, 0, 0, 1), 0)])
@settings(max_examples=40)
def test_the_same_world_gives_the_same_table(world):
    rows = [row for row, _ in world]
    first, second = (
        replay(workload(rows), Options(policy("easy-sjbf"), CORES)).jobs for _ in range(2)
    )
    assert first.equals(second)


def large_world(seed, jobs=4000, cores=97):
    """Enough jobs, of few distinct times, to fill, split, empty and merge the blocks."""
    draw = np.random.default_rng(seed)
    runtime = draw.integers(0, 400, jobs)
    size = np.minimum(1 + draw.geometric(0.05, jobs), cores)
    submit = np.sort(draw.integers(0, int(runtime.dot(size) / cores / 1.3), jobs))
    limit = runtime + draw.integers(-20, 300, jobs).clip(0)
    return list(zip(submit, runtime, limit, size, strict=True)), cores


@pytest.mark.parametrize("name", ["fcfs", "easy", "easy-sjbf", "sjf-easy", "unicef-easy"])
def test_an_overloaded_world_of_thousands(name):
    rows, cores = large_world(seed=7, jobs=1500)
    chosen = policy(name)
    outcome = replay(workload(rows), Options(chosen, cores, verify=True))
    reference = Reference(
        cores,
        chosen.order,
        chosen.backfill,
        chosen.by_estimate,
        jobs=[Job(i, *map(float, row[:3]), int(row[3])) for i, row in enumerate(rows)],
    )
    assert outcome.jobs.column("start_s").to_pylist() == reference.schedule()
