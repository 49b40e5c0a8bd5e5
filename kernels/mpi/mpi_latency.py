"""Ping-pong: the time of a message between two ranks."""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar

from ..arrays import Array
from ..contract import Rival
from ._messages import MessageKernel, Messages, MessageSize
from ._native import compiled


class MpiLatency(MessageKernel):
    """Half of a round trip between ranks 0 and 1; the other ranks wait."""

    name = "mpi_latency"
    title = "ping-pong: time of one message"
    figure = "latency"
    sizes: ClassVar = {
        "tiny": MessageSize(8, 4),
        "cache": MessageSize(8, 200),
        "memory": MessageSize(4_194_304, 2),
    }

    def exchange(self, inputs: Messages) -> None:
        """Send and wait for the answer, or the other way round."""
        from mpi4py import MPI

        send, receive, partner = inputs.comm.Send, inputs.comm.Recv, inputs.partner
        out: Any = (inputs.out, inputs.out.size, MPI.BYTE)
        into: Any = (inputs.into, inputs.into.size, MPI.BYTE)
        if inputs.first:
            for _ in range(inputs.trips):
                send(out, partner)
                receive(into, partner)
        else:
            for _ in range(inputs.trips):
                receive(into, partner)
                send(out, partner)

    def native(self) -> Rival[Messages, Array] | None:
        """The same trips in C on the same MPI."""
        from mpi4py import MPI

        found = compiled("pingpong")
        if found is None:
            return None
        address = ctypes.c_void_p(MPI._addressof(MPI.COMM_WORLD))

        def call(inputs: Messages, threads: int) -> Array:
            if not inputs.idle:
                out, into = (ctypes.c_void_p(x.ctypes.data) for x in (inputs.out, inputs.into))
                numbers = (inputs.out.size, inputs.trips, inputs.partner, int(inputs.first))
                found.pingpong(address, out, into, *(ctypes.c_int64(n) for n in numbers))
            return inputs.into

        return Rival("C on the same MPI", call)


KERNEL = MpiLatency()
