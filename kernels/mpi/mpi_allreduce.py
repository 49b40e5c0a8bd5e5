"""All-reduce: every rank gets the sum of all."""

from __future__ import annotations

import numpy as np

from ..arrays import Array
from ._collective import Buffers, Collective, words_of


class MpiAllreduce(Collective):
    """Sums of 64-bit integers, so that the result does not depend on the order."""

    name = "mpi_allreduce"
    title = "sum of all ranks' buffers on every rank"

    def call(self, inputs: Buffers) -> None:
        """One all-reduce."""
        inputs.comm.Allreduce(inputs.out, inputs.into)

    def reference(self, inputs: Buffers) -> Array:
        """The sum in a loop."""
        parts = [words_of(rank, inputs.out.size) for rank in range(inputs.comm.size)]
        return np.sum(parts, axis=0)


KERNEL = MpiAllreduce()
