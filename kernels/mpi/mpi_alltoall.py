"""All-to-all: every rank has another buffer for each rank."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from ._collective import Buffers, Collective, words_of


class MpiAlltoall(Collective):
    """The exchange behind transposes and sorts."""

    name = "mpi_alltoall"
    title = "a buffer from every rank to every rank"
    out_times_ranks = True
    into_times_ranks = True

    def call(self, inputs: Buffers) -> None:
        """One all-to-all."""
        inputs.comm.Alltoall(inputs.out, inputs.into)

    def reference(self, inputs: Buffers) -> Array:
        """From each rank the block that is meant for this one."""
        ranks, mine = inputs.comm.size, inputs.comm.rank
        blocks = [words_of(rank, inputs.out.size).reshape(ranks, -1) for rank in range(ranks)]
        return np.concatenate([block[mine] for block in blocks])


KERNEL = MpiAlltoall()
