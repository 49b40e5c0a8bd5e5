"""STREAM copy: c = a."""

from __future__ import annotations

import numpy as np

from ._stream import Stream, StreamInputs, copy_part


class StreamCopy(Stream):
    """STREAM's copy loop."""

    name = "stream_copy"
    title = "STREAM copy: c = a"
    part = staticmethod(copy_part)
    sources = 1
    flops = 0

    def reference(self, inputs: StreamInputs) -> np.ndarray:
        """A copy."""
        return inputs.a.copy()


KERNEL = StreamCopy()
