"""C += alpha A B in row-major order, by packing and a register tile.

A strip of A (ROWS rows) stays in the first cache while strips of B (COLUMNS columns) stream from
the second; both are packed once so that the tile reads them in order. Matrices are flat arrays
with an offset and a pitch (elements from row to row), so that a block of one is a matrix too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numba import njit

from ..arrays import Array, aligned
from ..threads import over
from ..vector.memory import prefetch
from ._tile import COLUMNS, ROWS, tile_product

DEPTH = 256
WIDTH = 24 * COLUMNS
LINE = 8


@njit(cache=True, nogil=True)
def pack_rows(a: Array, at: int, pitch: int, rows: int, depth: int, packed: Array) -> None:
    """Strips of ROWS rows, k after k; missing rows are zeros."""
    out = 0
    for top in range(0, rows, ROWS):
        for r in range(ROWS):
            if top + r < rows:
                source = at + (top + r) * pitch
                for k in range(depth):
                    packed[out + k * ROWS + r] = a[source + k]
            else:
                for k in range(depth):
                    packed[out + k * ROWS + r] = 0.0
        out += depth * ROWS


@njit(cache=True, nogil=True)
def pack_columns(b: Array, at: int, pitch: int, depth: int, columns: int, packed: Array) -> None:
    """Strips of COLUMNS columns, k after k; missing columns are zeros."""
    for left in range(0, columns, COLUMNS):
        out = left * depth
        width = min(COLUMNS, columns - left)
        for k in range(depth):
            source = at + k * pitch + left
            for c in range(width):
                packed[out + c] = b[source + c]
            for c in range(width, COLUMNS):
                packed[out + c] = 0.0
            out += COLUMNS


@njit(cache=True, nogil=True)
def multiply_packed(
    c: Array, at: int, pitch: int, rows: int, columns: int, depth: int, alpha: float,
    a: Array, b: Array, edge: Array,
) -> None:  # fmt: skip
    """Every tile of one block of C; a tile that sticks out is computed in `edge`.

    Beside each tile a share of the next strip of A is asked for: it comes from the third cache.
    """
    share = (ROWS * depth * COLUMNS + columns - 1) // columns
    for top in range(0, rows, ROWS):
        for left in range(0, columns, COLUMNS):
            strip_a, strip_b = top * depth, left * depth
            following = strip_a + ROWS * depth + left // COLUMNS * share
            for element in range(following, min(following + share, a.size), LINE):
                prefetch(a, element)
            corner = at + top * pitch + left
            if top + ROWS <= rows and left + COLUMNS <= columns:
                tile_product(a, strip_a, b, strip_b, depth, c, corner, pitch, alpha)
            else:
                edge[:] = 0.0
                tile_product(a, strip_a, b, strip_b, depth, edge, 0, COLUMNS, alpha)
                for r in range(min(ROWS, rows - top)):
                    for k in range(min(COLUMNS, columns - left)):
                        c[corner + r * pitch + k] += edge[r * COLUMNS + k]


@njit(cache=True, nogil=True)
def add_product(
    c: Array, c_at: int, c_pitch: int, a: Array, a_at: int, a_pitch: int,
    b: Array, b_at: int, b_pitch: int, columns: int, depth: int, alpha: float,
    work: Array, first: int, last: int,
) -> None:  # fmt: skip
    """Rows first..last of C (rows x columns) += alpha A (rows x depth) B (depth x columns)."""
    rows = last - first
    strips = (rows + ROWS - 1) // ROWS * ROWS
    if work.size < ROWS * COLUMNS + DEPTH * WIDTH + strips * min(depth, DEPTH):
        raise ValueError("the work array is too small for so many rows")
    edge = work[: ROWS * COLUMNS]
    packed_b = work[ROWS * COLUMNS : ROWS * COLUMNS + DEPTH * WIDTH]
    packed_a = work[ROWS * COLUMNS + DEPTH * WIDTH :]
    for k in range(0, depth, DEPTH):
        deep = min(DEPTH, depth - k)
        pack_rows(a, a_at + first * a_pitch + k, a_pitch, rows, deep, packed_a)
        for left in range(0, columns, WIDTH):
            wide = min(WIDTH, columns - left)
            pack_columns(b, b_at + k * b_pitch + left, b_pitch, deep, wide, packed_b)
            corner = c_at + first * c_pitch + left
            multiply_packed(c, corner, c_pitch, rows, wide, deep, alpha, packed_a, packed_b, edge)


def workspace(rows: int, depth: int = DEPTH) -> Array:
    """Room for packed strips of `rows` rows of A and for what one thread needs of B."""
    strips = -(-rows // ROWS) * ROWS
    return aligned(ROWS * COLUMNS + DEPTH * WIDTH + strips * min(depth, DEPTH))


@contextmanager
def borrowed(works: list[Array]) -> Iterator[Array]:
    """One of the work arrays, for one thread; there are as many as threads."""
    work = works.pop()
    try:
        yield work
    finally:
        works.append(work)


def multiply(a: Array, b: Array, c: Array, works: list[Array]) -> None:
    """C = A B for contiguous matrices, rows shared among as many threads as work arrays."""
    (rows, depth), columns = a.shape, b.shape[1]
    c[:] = 0.0
    flat = (c.reshape(-1), 0, columns, a.reshape(-1), 0, depth, b.reshape(-1), 0, columns)

    def part(first: int, last: int) -> None:
        with borrowed(free) as work:
            add_product(*flat, columns, depth, 1.0, work, first, last)

    free = list(works)
    over(part, rows, len(works), multiple=ROWS)


def relative_product_error(a: Array, b: Array, c: Array, rng: np.random.Generator) -> float:
    """How far C x is from A (B x) for a random x, in units of one rounding (Freivalds)."""
    x = rng.uniform(0.5, 1.0, b.shape[1])
    bound = np.abs(a) @ (np.abs(b) @ x)
    scale = np.finfo(np.float64).eps * np.maximum(bound, 1e-300)
    return float(np.max(np.abs(c @ x - a @ (b @ x)) / scale))
