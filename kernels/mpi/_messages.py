"""What the point-to-point kernels share: pairs of ranks that send buffers to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..arrays import Array, aligned
from ..contract import Work
from ._world import Comm, MpiKernel

WINDOW = 64
PRIME = 251
MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class MessageSize:
    """Bytes of a message, and how often the exchange is repeated in a run.

    Large messages are repeated less often: a run moves at most 64 MiB, or one exchange.
    """

    bytes: int
    trips: int


@dataclass(frozen=True)
class Messages:
    """This rank's buffers, its partner (-1 for none), and whether it sends first."""

    comm: Comm
    out: Array
    into: Array
    trips: int
    partner: int
    first: bool

    @property
    def idle(self) -> bool:
        """Whether this rank has no partner, as the last of an odd number of ranks."""
        return self.partner < 0

    def expected(self) -> Array:
        """The bytes that the partner sends."""
        return pattern(self.partner, self.out.size)


def fewer(times: int, bytes_each: int) -> int:
    """How often an exchange is repeated so that a run does not move more than it must."""
    return max(1, min(times, MOST_BYTES // max(bytes_each, 1)))


def pattern(rank: int, count: int) -> Array:
    """Bytes that tell whose they are and where they belong."""
    return ((np.arange(count, dtype=np.int64) * (rank + 3) + rank) % PRIME).astype(np.uint8)


class MessageKernel(MpiKernel[MessageSize, Messages, Array]):
    """Buffers of bytes between pairs of ranks."""

    least_ranks = 2
    pairs_of_all: ClassVar[bool] = False
    compared = "bytes that differ from those sent"
    source = "D. K. Panda et al., OSU Micro-Benchmarks"
    stands_for = "the network as parallel programs see it"
    sizes: ClassVar = {
        "tiny": MessageSize(8, 4),
        "cache": MessageSize(1_024, 20),
        "memory": MessageSize(4_194_304, 2),
    }

    def part(self, size: MessageSize, comm: Comm, seed: int) -> Messages:
        """The first half of the ranks sends to the second; of two, or of all."""
        pairs = comm.size // 2 if self.pairs_of_all else 1
        partner = comm.rank + pairs if comm.rank < pairs else comm.rank - pairs
        if comm.rank >= 2 * pairs:
            partner = -1
        out, into = aligned(size.bytes, np.uint8), aligned(size.bytes, np.uint8)
        out[:] = pattern(comm.rank, size.bytes)
        trips = fewer(size.trips, size.bytes * self.messages_in_trip())
        return Messages(comm, out, into, trips, partner, comm.rank < pairs)

    def reference(self, inputs: Messages) -> Array:
        """What must have arrived."""
        if inputs.idle or not self.receives(inputs):
            return np.zeros_like(inputs.into)
        return inputs.expected()

    def receives(self, inputs: Messages) -> bool:
        """Whether this rank is sent the pattern."""
        return True

    def error(self, inputs: Messages, output: Array) -> float:
        """Bytes that differ; the buffer is cleared, so that the next run has to send again."""
        wrong = float(np.count_nonzero(output != self.reference(inputs)))
        inputs.into[:] = 0
        return wrong

    def work(self, inputs: Messages) -> Work:
        """One message each way in a trip."""
        pairs = inputs.comm.size // 2 if self.pairs_of_all else 1
        messages = self.messages_in_trip() * inputs.trips * pairs
        return Work(0, messages * inputs.out.size, messages, "messages")

    def messages_in_trip(self) -> int:
        """Messages of a pair in one trip, the acknowledgement left out."""
        return 2

    def run(self, inputs: Messages, threads: int = 1) -> Array:
        """All trips of this rank."""
        if not inputs.idle:
            self.exchange(inputs)
        return inputs.into

    def exchange(self, inputs: Messages) -> None:
        """All trips of a rank that has a partner."""
        raise NotImplementedError


def windows(inputs: Messages, sends: bool, receives: bool) -> None:
    """Trips of a window of messages under way at once, each trip acknowledged."""
    from mpi4py import MPI

    comm, partner = inputs.comm, inputs.partner
    out: Any = (inputs.out, inputs.out.size, MPI.BYTE)
    into: Any = (inputs.into, inputs.into.size, MPI.BYTE)
    token = bytearray(4)
    for _ in range(inputs.trips):
        requests = [comm.Irecv(into, partner, 1) for _ in range(WINDOW if receives else 0)]
        requests += [comm.Isend(out, partner, 1) for _ in range(WINDOW if sends else 0)]
        MPI.Request.Waitall(requests)
        if inputs.first:
            comm.Recv(token, partner, 2)
        else:
            comm.Send(token, partner, 2)
