"""Arrays, threads, checks and native code that all kernels use."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import native
from kernels.arrays import aligned, relative_error
from kernels.contract import Check, Work
from kernels.threads import over, ranges


@given(st.integers(1, 500), st.integers(1, 9), st.integers(1, 70))
def test_ranges_cover_everything_once_and_are_cut_at_multiples(n, parts, multiple):
    found = ranges(n, parts, multiple)
    assert found[0][0] == 0
    assert found[-1][1] == n
    assert all(a[1] == b[0] for a, b in itertools.pairwise(found))
    assert all(first % multiple == 0 and first < last for first, last in found)
    assert len(found) <= parts


def test_results_come_back_in_the_order_of_the_ranges():
    assert over(lambda x, first, last: (x, first, last), 10, 2, "x") == [("x", 0, 5), ("x", 5, 10)]
    assert over(lambda first, last: (first, last), 10, 1) == [(0, 10)]


def test_a_mistake_in_a_thread_is_raised():
    with pytest.raises(ZeroDivisionError):
        over(lambda first, last: 1 // first, 10, 2)


@given(st.sampled_from([np.float64, np.int16, np.complex128]), st.integers(1, 100))
def test_aligned_arrays_start_on_a_cache_line_and_hold_zeros(dtype, n):
    array = aligned((n, 2), dtype)
    assert array.ctypes.data % 64 == 0
    assert array.shape == (n, 2)
    assert array.dtype == dtype
    assert not array.any()


def test_errors_are_relative_to_the_largest_expected_value():
    assert relative_error(np.array([1.0, 99.0]), np.array([0.0, 100.0])) == 0.01
    assert math.isnan(relative_error(np.array([np.nan, 1.0]), np.ones(2)))


def test_a_check_refuses_what_is_not_a_number():
    assert Check.within(0.5, 0.5, "x").ok
    assert not Check.within(0.6, 0.5, "x").ok
    assert not Check.within(float("nan"), 0.5, "x").ok
    assert Check.equal(0, "x").ok
    assert not Check.equal(1, "x").ok


def test_intensity_is_flops_a_byte():
    assert Work(6, 3, 1, "x").intensity == 2.0
    assert Work(0, 0, 1, "x").intensity == 0.0


def test_native_code_is_compiled_once(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    native.library.cache_clear()
    chase = native.function("memory", "chase")
    if chase is None:
        pytest.skip("no C compiler")
    following = np.zeros(16, dtype=np.int64)
    following[0], following[8] = 1, 0
    assert chase(following, 3) == 1
    (made,) = (tmp_path / "hpcsim" / "native").iterdir()
    stamp = made.stat().st_mtime_ns
    native.library.cache_clear()
    native.function("memory", "chase")
    assert made.stat().st_mtime_ns == stamp
    native.library.cache_clear()


def test_without_a_c_compiler_there_is_no_rival(monkeypatch):
    native.library.cache_clear()
    monkeypatch.setattr(native.shutil, "which", lambda name: None)
    assert native.function("memory", "chase") is None
    native.library.cache_clear()


def test_without_optional_libraries_something_else_does_it(monkeypatch):
    from kernels.compute import _transforms, fft3d
    from kernels.genomics import _alignment, _bgzf, sw_pairs

    for module in (_transforms, _alignment, _bgzf):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert [library.name for library in _bgzf.inflaters()] == ["zlib"]
    assert sw_pairs.KERNEL.native() is None
    kernel = fft3d.KERNEL
    rival = kernel.native()
    inputs = kernel.inputs(kernel.size("tiny"), np.random.default_rng(0))
    assert rival.name == "scipy pocketfft"
    assert kernel.check(inputs, rival.call(inputs, 1)).ok
