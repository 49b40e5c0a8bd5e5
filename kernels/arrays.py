"""Work arrays on cache line boundaries, as non-temporal stores need them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

Array = np.ndarray
LINE = 64


def aligned(shape: int | tuple[int, ...], dtype: DTypeLike = np.float64) -> Array:
    """Zeros whose first byte lies on a cache line, with every page already touched."""
    kind = np.dtype(dtype)
    count = math.prod(shape) if isinstance(shape, tuple) else shape
    raw = np.empty(count * kind.itemsize + LINE, dtype=np.uint8)
    raw.fill(0)
    offset = -raw.ctypes.data % LINE
    return raw[offset : offset + count * kind.itemsize].view(kind).reshape(shape)


def relative_error(found: Array, expected: Array) -> float:
    """The largest difference, relative to the largest expected magnitude; NaN stays NaN."""
    scale = float(np.max(np.abs(expected), initial=0.0)) or 1.0
    return float(np.max(np.abs(found - expected), initial=0.0)) / scale
