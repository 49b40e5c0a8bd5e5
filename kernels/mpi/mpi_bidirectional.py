"""Bandwidth of two ranks that send to each other at once."""

from __future__ import annotations

from ._messages import WINDOW, MessageKernel, Messages, windows


class MpiBidirectional(MessageKernel):
    """64 messages under way at once in each direction."""

    name = "mpi_bidirectional"
    title = "bandwidth between two ranks, both ways at once"
    figure = "bytes"

    def messages_in_trip(self) -> int:
        """A window each way."""
        return 2 * WINDOW

    def exchange(self, inputs: Messages) -> None:
        """Both send and receive."""
        windows(inputs, sends=True, receives=True)


KERNEL = MpiBidirectional()
