"""STREAM scale: b = 3 a."""

from __future__ import annotations

import numpy as np

from ._stream import SCALAR, Stream, StreamInputs, scale_part


class StreamScale(Stream):
    """STREAM's scale loop."""

    name = "stream_scale"
    title = "STREAM scale: b = 3 a"
    part = staticmethod(scale_part)
    sources = 1
    flops = 1

    def reference(self, inputs: StreamInputs) -> np.ndarray:
        """The scalar times a."""
        return SCALAR * inputs.a


KERNEL = StreamScale()
