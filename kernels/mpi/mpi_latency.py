"""Ping-pong: the time of a message between two ranks."""

from __future__ import annotations

import ctypes
from typing import ClassVar

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
        """Send and wait for the answer, or the other way round.

        The requests are made once, as a program with a steady partner makes them: starting one
        takes no arguments, and reading those is what Python would add to a message (0.3 us).
        """
        from mpi4py import MPI

        comm, partner = inputs.comm, inputs.partner
        send = comm.Send_init((inputs.out, inputs.out.size, MPI.BYTE), partner)
        receive = comm.Recv_init((inputs.into, inputs.into.size, MPI.BYTE), partner)
        one, other = (send, receive) if inputs.first else (receive, send)
        start_one, end_one, start_other, end_other = one.Start, one.Wait, other.Start, other.Wait
        for _ in range(inputs.trips):
            start_one()
            end_one()
            start_other()
            end_other()
        send.Free()
        receive.Free()

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
