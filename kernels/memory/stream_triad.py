"""STREAM triad: a = b + 3 c."""

from __future__ import annotations

import numpy as np

from ._stream import SCALAR, Stream, StreamInputs, triad_part


class StreamTriad(Stream):
    """STREAM's triad loop."""

    name = "stream_triad"
    title = "STREAM triad: a = b + 3 c"
    part = staticmethod(triad_part)
    sources = 2
    flops = 2

    def reference(self, inputs: StreamInputs) -> np.ndarray:
        """The sum of a and the scalar times b."""
        return inputs.a + SCALAR * inputs.b


KERNEL = StreamTriad()
