"""Bandwidth of all ranks in pairs at once; of an odd number the last one rests."""

from __future__ import annotations

from ._messages import WINDOW, MessageKernel, Messages, windows


class MpiMultiPair(MessageKernel):
    """The first half of the ranks sends to the second, all at once."""

    name = "mpi_multi_pair"
    title = "bandwidth of all pairs of ranks at once"
    figure = "bytes"
    pairs_of_all = True

    def messages_in_trip(self) -> int:
        """A window one way."""
        return WINDOW

    def receives(self, inputs: Messages) -> bool:
        """Only the second of a pair."""
        return not inputs.first

    def exchange(self, inputs: Messages) -> None:
        """The first of a pair sends, the second receives."""
        windows(inputs, sends=inputs.first, receives=not inputs.first)


KERNEL = MpiMultiPair()
