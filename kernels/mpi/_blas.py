"""BLAS on parts of row-major matrices, which numpy and scipy would copy first.

The routines are those of scipy's BLAS, by the addresses that it publishes for compiled code.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from numba.extending import get_cython_function_address

from ..arrays import Array

DOUBLE = 8
NARROW = 32  # rows of a triangle that are solved at once


@cache
def _routine(name: str) -> Any:
    address = get_cython_function_address("scipy.linalg.cython_blas", name)
    return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * {"dgemm": 13, "dtrsm": 11}[name])(address)


def subtract_product(c: Array, a: Array, b: Array) -> None:
    """C -= A B, in place; each row must be contiguous."""
    (m, k), n = a.shape, b.shape[1]
    if min(m, n, k) == 0:
        return
    one, minus = ctypes.c_double(1.0), ctypes.c_double(-1.0)
    letters = [_letter("N"), _letter("N")]
    sizes = [ctypes.c_int(n), ctypes.c_int(m), ctypes.c_int(k)]
    left, right, result = _matrix(b), _matrix(a), _matrix(c)
    _call("dgemm", *letters, *sizes, minus, *left, *right, one, *result)


def solve_unit_lower(lower: Array, b: Array) -> None:
    """B = L^-1 B, in place, of the lower triangle with ones on its diagonal.

    The triangle is halved until it is narrow, so that most of the work is products.
    """
    if b.shape[1] == 0:
        return
    if len(lower) > NARROW:
        half = len(lower) // 2
        solve_unit_lower(lower[:half, :half], b[:half])
        subtract_product(b[half:], lower[half:, :half], b[:half])
        solve_unit_lower(lower[half:, half:], b[half:])
        return
    letters = [_letter(each) for each in "RUNU"]
    sizes = [ctypes.c_int(b.shape[1]), ctypes.c_int(b.shape[0])]
    _call("dtrsm", *letters, *sizes, ctypes.c_double(1.0), *_matrix(lower), *_matrix(b))


def _call(name: str, *arguments: Any) -> None:
    """Fortran takes everything by address."""
    addresses = [x if isinstance(x, ctypes.c_void_p) else ctypes.addressof(x) for x in arguments]
    _routine(name)(*addresses)


def _letter(letter: str) -> ctypes.c_char:
    return ctypes.c_char(letter.encode())


def _matrix(x: Array) -> tuple[ctypes.c_void_p, ctypes.c_int]:
    """The address of a row-major matrix and the distance of its rows."""
    return ctypes.c_void_p(x.ctypes.data), ctypes.c_int(x.strides[0] // DOUBLE)
