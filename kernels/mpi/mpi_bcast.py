"""Broadcast: every rank gets the first rank's buffer."""

from __future__ import annotations

from ..arrays import Array
from ._collective import Buffers, Collective, words_of


class MpiBcast(Collective):
    """From rank 0, which copies what it sends first."""

    name = "mpi_bcast"
    title = "one rank's buffer to every rank"

    def call(self, inputs: Buffers) -> None:
        """One broadcast."""
        if inputs.comm.rank == 0:
            inputs.into[:] = inputs.out
        inputs.comm.Bcast(inputs.into, root=0)

    def reference(self, inputs: Buffers) -> Array:
        """What rank 0 handed in."""
        return words_of(0, inputs.out.size)


KERNEL = MpiBcast()
