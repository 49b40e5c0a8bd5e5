"""Particles, cohorts and regressions with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.research import (
    _particles,
    cox,
    group_by,
    logistic,
    monte_carlo,
    nbody,
)  # fmt: skip


def pair(distance: float) -> nbody.FluidInputs:
    x = np.array([[0.2, 1.0, 1.0], [(0.2 - distance) % 10.0, 1.0, 1.0]])
    lists = np.zeros((2, 8), np.uint32)
    return nbody.FluidInputs(x, np.zeros((2, 3)), 10.0, 0, lists, np.zeros(2, np.int64))


def test_two_particles_pull_and_push_across_the_boundary():
    far, near = nbody.KERNEL.run(pair(1.5)), nbody.KERNEL.run(pair(1.0))
    force = 24 * (2 * 1.5**-13 - 1.5**-7)
    assert far.f[0] == pytest.approx([force, 0, 0])
    assert near.f[0] == pytest.approx([24.0, 0, 0])
    assert near.f.sum(axis=0) == pytest.approx([0, 0, 0])
    assert near.energy[0] == pytest.approx(0.0)


def test_nothing_acts_beyond_the_cut_off():
    assert not nbody.KERNEL.run(pair(2.51)).f.any()


@pytest.mark.parametrize("side", [3, 9])
def test_lists_hold_every_pair_within_reach_once(side):
    inputs = nbody.KERNEL.inputs(nbody.FluidSize(side, 1), np.random.default_rng(2))
    nbody.build_lists(inputs)
    d = inputs.x[:, None] - inputs.x
    d -= inputs.box * np.rint(d / inputs.box)
    near = np.sum(d * d, axis=2) < (_particles.CUTOFF + _particles.SKIN) ** 2
    np.fill_diagonal(near, False)
    for i, (row, count) in enumerate(zip(inputs.lists, inputs.counts, strict=True)):
        assert sorted(row[:count].tolist()) == np.flatnonzero(near[i]).tolist()


def test_lists_that_are_too_short_are_told():
    inputs = nbody.KERNEL.inputs(nbody.FluidSize(6, 1), np.random.default_rng(2))
    short = nbody.FluidInputs(
        inputs.x, inputs.v, inputs.box, 1, inputs.lists[:, :8].copy(), inputs.counts
    )
    with pytest.raises(ValueError, match="do not fit in lists of 8"):
        nbody.build_lists(short)


def test_a_cohort_is_the_same_patient_by_patient():
    kernel = monte_carlo.KERNEL
    for patients in (1, 255, 256, 257, 600):
        size = monte_carlo.CohortSize(patients, 9)
        inputs = kernel.inputs(size, np.random.default_rng(patients))
        assert kernel.run(inputs, 2).tolist() == kernel.reference(inputs).tolist()


def test_logistic_regression_finds_the_share():
    y = np.array([1.0] * 30 + [0.0] * 10)
    beta = logistic.KERNEL.run(logistic.LogisticInputs(np.ones((40, 1)), y))
    assert beta == pytest.approx([np.log(3.0)])


def test_cox_regression_of_three_patients_by_hand():
    x = np.array([[0.0], [1.0], [0.0]])
    inputs = cox.CoxInputs(x, np.array([True, True, True]))
    beta = cox.KERNEL.run(inputs)[0]
    share = np.exp(beta)
    gradient = 1.0 - share / (1.0 + share) - share / (2.0 + share)
    assert gradient == pytest.approx(0.0, abs=1e-12)
    assert beta == pytest.approx(np.log(2.0) / 2)


def test_regressions_agree_with_their_references():
    for kernel in (logistic.KERNEL, cox.KERNEL):
        inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(9))
        np.testing.assert_allclose(kernel.run(inputs), kernel.reference(inputs), rtol=1e-9)


def test_groups_by_hand():
    inputs = group_by.RecordsInputs(
        np.array([0, 1, 0], np.uint32), np.array([1, 0, 1], np.uint32),
        np.array([5.0, 7.0, 2.0]), 2, np.zeros((4, 4)),
    )  # fmt: skip
    empty = [0.0, 0.0, np.inf, -np.inf]
    rows = [empty, [2.0, 7.0, 2.0, 5.0], [1.0, 7.0, 7.0, 7.0], empty]
    assert group_by.KERNEL.run(inputs).tolist() == rows
