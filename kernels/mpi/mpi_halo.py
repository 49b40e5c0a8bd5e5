"""A 7-point stencil over slabs: sweep, exchange the planes at the cuts, sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit

from ..arrays import Array
from ..contract import Work
from ._slabs import Slab, plane, slab
from ._world import Comm, MpiKernel

SIXTH = 1.0 / 6.0


@dataclass(frozen=True)
class HaloSize:
    """A cube of n x n x n points, and sweeps."""

    n: int
    sweeps: int


@dataclass(frozen=True)
class HaloInputs:
    """This rank's planes at the start, two rooms to sweep between, and the seed of the whole."""

    slab: Slab
    start: Array
    rooms: tuple[Array, Array]
    sweeps: int
    seed: int


@njit(cache=True)
def sweep(x: Array, y: Array) -> None:
    """y = the mean of the six neighbours, inside the rim."""
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                along = x[i, j, k - 1] + x[i, j, k + 1]
                across = x[i, j - 1, k] + x[i, j + 1, k]
                y[i, j, k] = SIXTH * (along + across + (x[i - 1, j, k] + x[i + 1, j, k]))


class MpiHalo(MpiKernel[HaloSize, HaloInputs, Array]):
    """Jacobi sweeps; the output is this rank's planes, bit for bit those of one rank."""

    name = "mpi_halo"
    title = "7-point stencil with exchange of planes"
    stands_for = "explicit solvers on grids; weather, seismics, tissue models"
    source = "R. F. Barrett, C. T. Vaughan, M. A. Heroux, miniGhost, SAND2012-10431"
    figure = "flops"
    compared = "points that differ from the serial sweep"
    sizes: ClassVar = {
        "tiny": HaloSize(6, 3),
        "cache": HaloSize(64, 20),
        "memory": HaloSize(256, 5),
    }

    def part(self, size: HaloSize, comm: Comm, seed: int) -> HaloInputs:
        """Random planes, zero around the cube."""
        mine = slab(comm, size.n)
        start = filled(mine, seed)
        return HaloInputs(mine, start, (mine.room(), mine.room()), size.sweeps, seed)

    def reference(self, inputs: HaloInputs) -> Array:
        """This rank's planes of the sweeps over the whole cube."""
        n = inputs.slab.n
        x = filled(Slab(None, n, 0, n, -1, -1), inputs.seed)
        y = np.zeros_like(x)
        for _ in range(inputs.sweeps):
            sweep(x, y)
            x, y = y, x
        return x[inputs.slab.first + 1 : inputs.slab.last + 1]

    def run(self, inputs: HaloInputs, threads: int = 1) -> Array:
        """Exchange and sweep in turn."""
        x, y = inputs.rooms
        x[:] = inputs.start
        for _ in range(inputs.sweeps):
            inputs.slab.exchange(x)
            sweep(x, y)
            x, y = y, x
        return x[1:-1]

    def error(self, inputs: HaloInputs, output: Array) -> float:
        """Points that differ."""
        return float(np.count_nonzero(output != self.reference(inputs)))

    def work(self, inputs: HaloInputs) -> Work:
        """Five additions and a multiplication a point; read and written once a sweep."""
        points = inputs.slab.n**3 * inputs.sweeps
        return Work(6 * points, 16 * points, points, "points")


def filled(mine: Slab, seed: int) -> Array:
    """The planes at the start inside their rim."""
    x = mine.room()
    for i in range(mine.planes):
        x[i + 1, 1:-1, 1:-1] = plane(seed, mine.first + i, mine.n)
    return x


KERNEL = MpiHalo()
