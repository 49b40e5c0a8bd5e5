"""The world that MPI kernels run in, and what they share. MPI is loaded when it is first used."""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import cache
from typing import Any, ClassVar, TypeVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, KernelError

SizeT = TypeVar("SizeT")
InputsT = TypeVar("InputsT")
OutputT = TypeVar("OutputT")
Comm = Any


@cache
def world() -> Comm:
    """All ranks of this run; one rank where nothing started more.

    Raises KernelError where mpi4py or the MPI library behind it is missing.
    """
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:
        raise KernelError(
            f"MPI cannot be loaded ({error}); install it with: pip install 'hpcsim[mpi]'"
        ) from None
    return MPI.COMM_WORLD


@cache
def ranks_here() -> int:
    """Ranks on this node; all ranks must ask."""
    from mpi4py import MPI

    return int(world().Split_type(MPI.COMM_TYPE_SHARED).size)


def library() -> str:
    """The MPI library and what carries its messages, in a line."""
    from mpi4py import MPI

    text = MPI.Get_library_version().replace("\0", "")
    name = " ".join(text.split("\n")[0].replace("Version:", "").split())
    device = re.search(r"Device:\s*(\S.*)", text)
    return f"{name}, {device.group(1).strip()}" if device else name.split(",")[0]


class MpiKernel(Kernel[SizeT, InputsT, OutputT]):
    """A kernel of which every rank runs its part; `run` and `check` are called by all ranks."""

    least_ranks: ClassVar[int] = 1
    compared: ClassVar[str]
    """What the check compares."""
    tolerance: ClassVar[float] = 0.0

    def inputs(self, size: SizeT, rng: np.random.Generator) -> InputsT:
        """This rank's part. All ranks must hand in generators of one state."""
        comm = world()
        if comm.size < self.least_ranks:
            raise KernelError(
                f"{self.name} needs {self.least_ranks} ranks and there are {comm.size}; "
                f"start it with --ranks {self.least_ranks} or more"
            )
        return self.part(size, comm, int(rng.integers(2**62)))

    @abstractmethod
    def part(self, size: SizeT, comm: Comm, seed: int) -> InputsT:
        """The inputs of this rank, of which the same seed gives the same whole on any ranks."""

    @abstractmethod
    def error(self, inputs: InputsT, output: OutputT) -> float:
        """How wrong this rank's output is."""

    def check(self, inputs: InputsT, output: OutputT) -> Check:
        """The worst error of all ranks."""
        return Check.within(worst(self.error(inputs, output)), self.tolerance, self.compared)

    def path(self) -> str:
        """The MPI library."""
        return library()


def worst(error: float) -> float:
    """The largest error of all ranks; NaN wins."""
    comm = world()
    errors = np.empty(comm.size)
    comm.Allgather(np.array([error], dtype=np.float64), errors)
    return float(np.max(errors))


def total(value: Array | float) -> Array:
    """The sum over ranks of an array or a number."""
    comm = world()
    mine = np.ascontiguousarray(value)
    everything = np.empty_like(mine)
    comm.Allreduce(mine, everything)
    return everything


def shares(n: int, parts: int) -> list[tuple[int, int]]:
    """0..n cut into exactly `parts` ranges of nearly equal length, of which some may be empty."""
    return [(n * part // parts, n * (part + 1) // parts) for part in range(parts)]
