"""A Lennard-Jones fluid in a periodic cube: neighbour lists from cells, forces, Verlet steps.

Reduced units: diameter, well depth and mass are one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from ..arrays import Array
from ..vector import isa
from ..vector.lanes import broadcast, choose, fma, rounded, total
from ..vector.memory import gather, load

LANES = isa.BYTES // 8
CUTOFF = 2.5
SKIN = 0.3


@njit(cache=True, nogil=True)
def sort_into_cells(x: Array, box: float, cells: int, order: Array, starts: Array) -> None:
    """Particles ordered by cell: those of cell c are order[starts[c] : starts[c + 1]]."""
    n = x.shape[0]
    where = np.empty(n, np.int64)
    starts[:] = 0
    for i in range(n):
        cell = 0
        for axis in range(3):
            cell = cell * cells + min(int(x[i, axis] / box * cells), cells - 1)
        where[i] = cell
        starts[cell + 1] += 1
    for cell in range(starts.size - 1):
        starts[cell + 1] += starts[cell]
    filled = starts[:-1].copy()
    for i in range(n):
        order[filled[where[i]]] = i
        filled[where[i]] += 1


@njit(cache=True, nogil=True)
def nearest(distance: float, box: float) -> float:
    """The distance along one axis to the nearest image."""
    if distance > 0.5 * box:
        return distance - box
    return distance + box if distance < -0.5 * box else distance


@njit(cache=True, nogil=True)
def list_neighbours(
    x: Array, box: float, cells: int, order: Array, starts: Array, lists: Array, counts: Array
) -> int:
    """For each particle all others within cut-off and skin; returns the longest list's length.

    A list that would not fit is cut, and the length returned says so. With fewer than three
    cells a side every pair is looked at.
    """
    reach = (CUTOFF + SKIN) ** 2
    most = 0
    sides = cells if cells >= 3 else 1
    for i in range(x.shape[0]):
        home = np.empty(3, np.int64)
        for axis in range(3):
            home[axis] = min(int(x[i, axis] / box * cells), cells - 1)
        count = 0
        for step in range(27 if sides > 1 else 1):
            a, b, c = step // 9 - 1, step // 3 % 3 - 1, step % 3 - 1
            first, last = 0, x.shape[0]
            if sides > 1:
                cell = (home[0] + a) % cells * cells * cells
                cell += (home[1] + b) % cells * cells + (home[2] + c) % cells
                first, last = starts[cell], starts[cell + 1]
            for place in range(first, last):
                j = order[place]
                dx = nearest(x[i, 0] - x[j, 0], box)
                dy = nearest(x[i, 1] - x[j, 1], box)
                dz = nearest(x[i, 2] - x[j, 2], box)
                if j != i and dx * dx + dy * dy + dz * dz < reach:
                    if count < lists.shape[1]:
                        lists[i, count] = j
                    count += 1
        counts[i] = min(count, lists.shape[1])
        most = max(most, count)
    return most


@njit(cache=True, nogil=True)
def pad_lists(lists: Array, counts: Array) -> None:
    """Fill each list up to whole registers with the particle itself, which exerts no force."""
    for i in range(counts.size):
        for place in range(counts[i], (counts[i] + LANES - 1) // LANES * LANES):
            lists[i, place] = i


@njit(cache=True, nogil=True)
def wrapped(d: Any, box: Any, inverse: Any) -> Any:
    """The distance to the nearest image in each lane."""
    return d - box * rounded(d * inverse)


@njit(cache=True, nogil=True)
def forces(
    xs: Array, ys: Array, zs: Array, side: float, lists: Array, counts: Array, out: Array,
    energy: Array, first: int, last: int,
) -> None:  # fmt: skip
    """Force and potential energy (half of each pair) of particles first..last.

    A register of neighbours at a time; what lies past the cut-off, and the particle itself,
    counts zero.
    """
    box, inverse = broadcast(side, LANES), broadcast(1.0 / side, LANES)
    zero, one, two = broadcast(0.0, LANES), broadcast(1.0, LANES), broadcast(2.0, LANES)
    reach = broadcast(CUTOFF * CUTOFF, LANES)
    width = lists.shape[1]
    for i in range(first, last):
        x, y, z = broadcast(xs[i], LANES), broadcast(ys[i], LANES), broadcast(zs[i], LANES)
        fx, fy, fz, e = zero, zero, zero, zero
        for place in range(0, counts[i], LANES):
            j = load(lists, i * width + place, LANES)
            dx = wrapped(x - gather(xs, j), box, inverse)
            dy = wrapped(y - gather(ys, j), box, inverse)
            dz = wrapped(z - gather(zs, j), box, inverse)
            r2 = fma(dx, dx, fma(dy, dy, dz * dz))
            i2 = choose(r2 < reach, one / choose(r2 > zero, r2, reach), zero)
            i6 = choose(r2 > zero, i2 * i2 * i2, zero)
            f = i2 * i6 * (two * i6 - one)
            fx, fy, fz = fma(f, dx, fx), fma(f, dy, fy), fma(f, dz, fz)
            e = fma(i6, i6 - one, e)
        out[i, 0], out[i, 1], out[i, 2] = 24.0 * total(fx), 24.0 * total(fy), 24.0 * total(fz)
        energy[i] = 2.0 * total(e)
