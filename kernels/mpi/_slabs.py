"""A cube of points cut into slabs of planes, one a rank, with a plane of neighbours each side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Array
from ..contract import KernelError
from ._world import Comm, shares


@dataclass(frozen=True)
class Slab:
    """Planes first..last of n of this rank, and the ranks that own the planes beside."""

    comm: Comm
    n: int
    first: int
    last: int
    below: int
    above: int

    @property
    def planes(self) -> int:
        """Planes of this rank."""
        return self.last - self.first

    def room(self) -> Array:
        """Zeros for the planes with one more on each side and a rim of zeros around."""
        return np.zeros((self.planes + 2, self.n + 2, self.n + 2))

    def exchange(self, x: Array) -> None:
        """Fill the planes beside with the neighbours'; outside of the cube they stay zero."""
        sendrecv = self.comm.Sendrecv
        sendrecv(x[-2], self.above, 0, x[0], self.below, 0)
        sendrecv(x[1], self.below, 1, x[-1], self.above, 1)


def slab(comm: Comm, n: int) -> Slab:
    """This rank's part of n planes; KernelError if there are more ranks than planes."""
    from mpi4py import MPI

    if comm.size > n:
        raise KernelError(f"{comm.size} ranks share {n} planes: choose more planes or fewer ranks")
    first, last = shares(n, comm.size)[comm.rank]
    below = comm.rank - 1 if comm.rank else MPI.PROC_NULL
    above = comm.rank + 1 if comm.rank + 1 < comm.size else MPI.PROC_NULL
    return Slab(comm, n, first, last, below, above)


def plane(seed: int, index: int, n: int) -> Array:
    """Random numbers of one plane: the same whichever rank owns it."""
    return np.random.default_rng([seed, index]).random((n, n))
