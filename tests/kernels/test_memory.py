"""Streams, sparse operations and stencils on worlds small enough to see through."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.memory import _sparse as sparse
from kernels.memory import (
    hpcg,
    pointer_chase,
    random_access,
    stencil7,
    stencil27,
    stream_copy,
    stream_triad,
)  # fmt: skip
from kernels.vector import isa


@pytest.mark.parametrize("n", [1, 7, 8, 63, 64, 1_000])
def test_streams_of_any_length(n):
    kernel = stream_triad.KERNEL
    inputs = kernel.inputs(kernel.size("tiny", n=n), np.random.default_rng(0))
    assert kernel.run(inputs, 2) == pytest.approx(inputs.a + 3.0 * inputs.b)


def test_long_streams_go_past_the_caches():
    kernel = stream_copy.KERNEL
    inputs = kernel.inputs(kernel.size("tiny", n=400_003), np.random.default_rng(0))
    assert inputs.past_caches
    assert (kernel.run(inputs, 2) == inputs.a).all()


def test_the_operator_has_26_on_the_diagonal_and_minus_one_for_neighbours():
    matrix = sparse.poisson27(3)
    dense = np.zeros((27, 27))
    for row in range(27):
        entries = slice(matrix.start[row], matrix.start[row + 1])
        dense[row, matrix.column[entries]] = matrix.value[entries]
    assert (np.diag(dense) == 26.0).all()
    assert (dense == dense.T).all()
    assert (dense[13] == np.where(np.arange(27) == 13, 26.0, -1.0)).all()
    assert dense[0].sum() == 26 - 7
    x = np.arange(27.0)
    assert sparse.shifted_sum(x.reshape(3, 3, 3)).ravel() == pytest.approx(dense @ x)


def test_a_sweep_solves_the_rows_one_after_the_other():
    matrix = sparse.poisson27(2)
    b, x = np.arange(8.0), np.zeros(8)
    sparse.Operations().smooth(matrix, b, x)
    dense = np.full((8, 8), -1.0) + 27.0 * np.eye(8)
    expected = np.linalg.solve(np.tril(dense), b)
    expected = np.linalg.solve(np.triu(dense), b - np.tril(dense, -1) @ expected)
    assert x == pytest.approx(expected, rel=1e-13)


def test_multigrid_converges_faster_than_a_tenth_a_step():
    inputs = hpcg.KERNEL.inputs(hpcg.HpcgSize(16, 6), np.random.default_rng(0))
    assert [level.matrix.n for level in inputs.levels] == [16, 8, 4, 2]
    solution = hpcg.KERNEL.run(inputs)
    assert solution.residual < 1e-3
    assert solution.x == pytest.approx(np.ones(16**3), abs=0.02)


def test_an_odd_grid_has_one_level():
    inputs = hpcg.KERNEL.inputs(hpcg.HpcgSize(5, 6), np.random.default_rng(0))
    assert [level.matrix.n for level in inputs.levels] == [5]


def test_the_sequence_can_be_entered_anywhere():
    state = 1
    states = [state]
    for _ in range(300):
        state = (state << 1 & (1 << 64) - 1) ^ (7 if state >> 63 else 0)
        states.append(state)
    assert [random_access.start_of(step) for step in range(301)] == states


def test_the_same_updates_twice_leave_the_table_as_it_was():
    kernel = random_access.KERNEL
    inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(0))
    kernel.run(inputs)
    assert (inputs.table != np.arange(inputs.table.size)).any()
    kernel.run(inputs)
    assert (inputs.table == np.arange(inputs.table.size)).all()


def test_the_chase_visits_every_line_before_it_comes_back():
    kernel = pointer_chase.KERNEL
    inputs = kernel.inputs(pointer_chase.ChaseSize(50, 50), np.random.default_rng(0))
    places = [int(pointer_chase.chase(inputs.following, steps)) for steps in range(51)]
    assert sorted(places[:50]) == list(range(50))
    assert places[50] == places[0] == 0


@pytest.mark.parametrize("kernel", [stencil7.KERNEL, stencil27.KERNEL], ids=lambda k: k.name)
def test_an_impulse_spreads_as_far_as_the_stencil_reaches(kernel):
    inputs = kernel.inputs(kernel.size("tiny", n=16), np.random.default_rng(0))
    inputs.a[:] = 0.0
    inputs.a[5, 8, 7] = 1.0
    out = kernel.run(inputs, 2)
    weights = inputs.weights.tolist()
    assert out[5, 8, 7] == weights[0]
    assert out[5, 8, 8] == out[4, 8, 7] == out[5, 9, 7] == weights[1]
    assert out[4, 7, 7] == (weights[2] if kernel.points == 27 else 0.0)
    assert out[4, 7, 6] == (weights[3] if kernel.points == 27 else 0.0)
    assert np.count_nonzero(out) == kernel.points


@pytest.mark.parametrize("kernel", [stencil7.KERNEL, stencil27.KERNEL], ids=lambda k: k.name)
def test_large_grids_go_past_the_caches(kernel):
    if not isa.COMPILED:
        pytest.skip("only compiled code chooses its stores")
    inputs = kernel.inputs(kernel.size("tiny", n=88), np.random.default_rng(0))
    assert 2 * inputs.a.nbytes > 8 << 20
    check = kernel.check(inputs, kernel.run(inputs, 2))
    assert check.ok, check
