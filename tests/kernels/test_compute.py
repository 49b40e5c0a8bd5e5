"""Matrix product, LU and transforms at odd sizes and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.compute import _gemm as gemm
from kernels.compute import fft1d, fft3d, lu
from kernels.vector import isa

compiled = pytest.mark.skipif(not isa.COMPILED, reason="numba's compiler is switched off")
few = settings(max_examples=40)


@compiled
@few
@given(st.integers(1, 70), st.integers(1, 90), st.integers(1, 600), st.integers(0, 99))
def test_a_block_of_a_matrix_is_updated_and_nothing_else(rows, columns, depth, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.random((rows, depth)), rng.random((depth, columns))
    c = rng.random((rows + 3, columns + 5))
    expected = c.copy()
    expected[1 : rows + 1, 2 : columns + 2] -= 2.0 * (a @ b)
    gemm.add_product(
        c.reshape(-1), columns + 5 + 2, columns + 5, a.reshape(-1), 0, depth,
        b.reshape(-1), 0, columns, columns, depth, -2.0, gemm.workspace(rows), 0, rows,
    )  # fmt: skip
    np.testing.assert_allclose(c, expected, rtol=1e-12)


@compiled
@few
@given(st.integers(1, 70), st.integers(1, 40), st.integers(1, 90), st.integers(1, 5))
def test_products_of_any_shape_on_any_number_of_threads(rows, depth, columns, threads):
    rng = np.random.default_rng(rows)
    a, b, c = rng.random((rows, depth)), rng.random((depth, columns)), np.ones((rows, columns))
    gemm.multiply(a, b, c, [gemm.workspace(rows) for _ in range(threads)])
    np.testing.assert_allclose(c, a @ b, rtol=1e-12)


@compiled
def test_a_work_array_that_is_too_small_is_refused():
    a = np.zeros((100, 100))
    with pytest.raises(ValueError, match="work array"):
        gemm.multiply(a, a, a.copy(), [gemm.workspace(8)])


@few
@given(st.integers(1, 260), st.integers(1, 4))
def test_systems_of_any_size_pass_the_residual_of_hpl(n, threads):
    kernel = lu.KERNEL
    inputs = kernel.inputs(kernel.size("tiny", n=n), np.random.default_rng(n))
    check = kernel.check(inputs, kernel.run(inputs, threads))
    assert check.ok, check


def test_rows_are_swapped_when_the_first_pivot_is_zero():
    inputs = lu.SystemInputs(np.array([[0.0, 2.0], [4.0, 1.0]]), np.array([6.0, 11.0]), {})
    assert lu.KERNEL.run(inputs).tolist() == [2.0, 3.0]


def test_a_larger_system_crosses_blocks():
    kernel = lu.KERNEL
    if not isa.COMPILED:
        pytest.skip("slow without the compiler")
    inputs = kernel.inputs(kernel.size("tiny", n=421), np.random.default_rng(0))
    expected = np.linalg.solve(inputs.a, inputs.b)
    np.testing.assert_allclose(kernel.run(inputs), expected, rtol=1e-8)


@pytest.mark.parametrize("log2_n", [6, 7, 8, 9, 10, 11, 13])
def test_an_impulse_becomes_a_wave(log2_n):
    kernel = fft1d.KERNEL
    if log2_n > 9 and not isa.COMPILED:
        pytest.skip("slow without the compiler")
    inputs = kernel.inputs(kernel.size("tiny", log2_n=log2_n), np.random.default_rng(0))
    n = inputs.x.size
    inputs.x[:] = 0.0
    inputs.x[3] = 2.0
    wave = 2.0 * np.exp(-2j * np.pi * 3 * np.arange(n) / n)
    np.testing.assert_allclose(kernel.run(inputs), wave, atol=1e-13)


def test_fewer_points_than_fit_are_rounded_up():
    assert fft1d.KERNEL.inputs(fft1d.SequenceSize(2), np.random.default_rng(0)).x.size == 64
    assert fft3d.KERNEL.inputs(fft3d.CubeSize(1), np.random.default_rng(0)).x.shape == (8, 8, 8)


@pytest.mark.parametrize("log2_n", [3, 4, 5])
def test_a_cube_is_transformed_along_all_axes(log2_n):
    kernel = fft3d.KERNEL
    inputs = kernel.inputs(kernel.size("tiny", log2_n=log2_n), np.random.default_rng(0))
    np.testing.assert_allclose(kernel.run(inputs), np.fft.fftn(inputs.x), atol=1e-10)
