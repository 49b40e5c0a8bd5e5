"""All-gather: every rank gets the buffers of all."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from ._collective import Buffers, Collective, words_of


class MpiAllgather(Collective):
    """Buffers in the order of the ranks."""

    name = "mpi_allgather"
    title = "all ranks' buffers on every rank"
    into_times_ranks = True

    def call(self, inputs: Buffers) -> None:
        """One all-gather."""
        inputs.comm.Allgather(inputs.out, inputs.into)

    def reference(self, inputs: Buffers) -> Array:
        """One after the other."""
        return np.concatenate([words_of(rank, inputs.out.size) for rank in range(inputs.comm.size)])


KERNEL = MpiAllgather()
