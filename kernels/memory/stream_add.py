"""STREAM add: c = a + b."""

from __future__ import annotations

import numpy as np

from ._stream import Stream, StreamInputs, add_part


class StreamAdd(Stream):
    """STREAM's add loop."""

    name = "stream_add"
    title = "STREAM add: c = a + b"
    part = staticmethod(add_part)
    sources = 2
    flops = 1

    def reference(self, inputs: StreamInputs) -> np.ndarray:
        """The sum."""
        return inputs.a + inputs.b


KERNEL = StreamAdd()
