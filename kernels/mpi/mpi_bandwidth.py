"""Bandwidth of a window of messages from one rank to another."""

from __future__ import annotations

from ._messages import WINDOW, MessageKernel, Messages, windows


class MpiBandwidth(MessageKernel):
    """64 messages under way at once from rank 0 to rank 1."""

    name = "mpi_bandwidth"
    title = "bandwidth between two ranks, one way"
    figure = "bytes"

    def messages_in_trip(self) -> int:
        """A window one way."""
        return WINDOW

    def receives(self, inputs: Messages) -> bool:
        """Only the second of a pair."""
        return not inputs.first

    def exchange(self, inputs: Messages) -> None:
        """The first sends, the second receives."""
        windows(inputs, sends=inputs.first, receives=not inputs.first)


KERNEL = MpiBandwidth()
