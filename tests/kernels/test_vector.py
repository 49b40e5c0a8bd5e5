"""Vector values inside compiled functions, against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from kernels.vector import isa
from kernels.vector.bits import ones
from kernels.vector.control import flush_denormals, restore
from kernels.vector.lanes import (
    any_lane,
    broadcast,
    choose,
    fma,
    lane,
    largest,
    peak,
    rounded,
    shift_in,
    total,
)  # fmt: skip
from kernels.vector.memory import fence, gather, load, prefetch, store, stream
from kernels.vector.shuffles import evens, odds, zip_high, zip_low

pytestmark = pytest.mark.skipif(not isa.COMPILED, reason="numba's compiler is switched off")
LANES = 8


@njit(cache=True)
def floats(a, b, out):
    x, y = load(a, 0, LANES), load(b, 0, LANES)
    z = x
    z += y
    store(out, 0, x + y - y * x / y)
    store(out, 8, fma(x, y, z))
    store(out, 16, largest(x, y))
    store(out, 24, choose(x > y, broadcast(1.0, LANES), broadcast(0.0, LANES)))
    store(out, 32, rounded(x))
    store(out, 40, evens(x, y))
    store(out, 48, odds(x, y))
    store(out, 56, zip_low(x, y))
    store(out, 64, zip_high(x, y))
    return total(x), lane(x, 3), any_lane(x > y), any_lane(x > x)


def test_floating_point_lanes():
    a = np.array([1.5, 2.5, -3.0, 4.0, 5.25, -6.0, 7.0, 0.5])
    b = np.array([2.0, 1.0, 1.0, 8.0, 5.25, 3.0, -7.0, 0.25])
    out = np.zeros(72)
    assert floats(a, b, out) == (a.sum(), a[3], True, False)
    both = np.concatenate([a, b])
    zipped = np.column_stack([a, b]).ravel()
    expected = [
        a + b - a * b / b, a * b + (a + b), np.maximum(a, b), np.where(a > b, 1.0, 0.0),
        np.rint(a), both[::2], both[1::2], zipped[:8], zipped[8:],
    ]  # fmt: skip
    np.testing.assert_allclose(out.reshape(9, 8), expected, rtol=1e-15)


@njit(cache=True)
def integers(a, out, places, table):
    x = load(a, 0, LANES)
    three = broadcast(np.int16(3), LANES)
    store(out, 0, shift_in(x, np.int16(42)))
    store(out, 8, (x & three) | (x ^ three))
    store(out, 16, choose(x == three, x - x, x * x))
    prefetch(table, 0)
    store(out, 24, gather(table, load(places, 0, LANES)))
    return peak(x), ones(np.uint64(0xF0F))


def test_integer_lanes():
    a = np.array([3, -1, 7, 100, -32768, 5, 0, 2], dtype=np.int16)
    out, table = np.zeros(32, np.int16), np.arange(50, dtype=np.int16) * 2
    places = np.array([0, 49, 3, 3, 1, 20, 7, 48], dtype=np.uint32)
    assert integers(a, out, places, table) == (100, 8)
    assert out[:8].tolist() == [42, 3, -1, 7, 100, -32768, 5, 0]
    assert out[8:16].tolist() == ((a & 3) | (a ^ 3)).tolist()
    assert out[16:24].tolist() == np.where(a == 3, 0, a * a).tolist()
    assert out[24:].tolist() == table[places].tolist()


@njit(cache=True)
def write_past_caches(a, out):
    for i in range(0, a.size, LANES):
        stream(out, i, load(a, i, LANES))
    fence()


def test_stores_past_the_caches_arrive():
    from kernels.arrays import aligned

    a, out = np.arange(64.0), aligned(64)
    write_past_caches(a, out)
    assert (out == a).all()


@njit(cache=True)
def tiny_product(x, flush):
    if flush:
        state = flush_denormals()
        product = x[0] * x[1]
        restore(state)
        return product, x[0] * x[1]
    return x[0] * x[1], x[0] * x[1]


@pytest.mark.skipif("avx2" not in isa.FEATURES, reason="only x86 is told to flush")
def test_denormals_are_flushed_only_where_asked():
    x = np.array([1e-300, 1e-10])
    assert tiny_product(x, False) == (1e-310, 1e-310)
    assert tiny_product(x, True)[0] == 0.0
    assert x[0] * x[1] == 1e-310
