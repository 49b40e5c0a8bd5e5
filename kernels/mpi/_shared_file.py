"""One file that all ranks write and read at once, each its own part."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Work
from ..io._files import Scratch, described, drop_cache, scratch, scratch_folder
from ._world import Comm, MpiKernel, library


@dataclass(frozen=True)
class SharedSize:
    """MiB that each rank writes."""

    mib: int


@dataclass(frozen=True)
class SharedInputs:
    """The folder (held by rank 0), the file's path, this rank's part, and a buffer to read into."""

    comm: Comm
    scratch: Scratch | None
    file: str
    content: Array
    into: Array

    @property
    def offset(self) -> int:
        """Where this rank's part begins."""
        return int(self.comm.rank * self.content.size)


class SharedFile(MpiKernel[SharedSize, SharedInputs, Array]):
    """Collective MPI-IO over one file."""

    stands_for = "parallel programs that keep one file: checkpoints, HDF5"
    source = "IOR (H. Shan, J. Shalf, Using IOR to analyze the I/O performance, CUG 2007)"
    figure = "bytes"
    compared = "bytes that differ from what was written"
    sizes: ClassVar = {"tiny": SharedSize(1), "cache": SharedSize(8), "memory": SharedSize(64)}

    def part(self, size: SharedSize, comm: Comm, seed: int) -> SharedInputs:
        """Random bytes, other ones on each rank."""
        count = size.mib * 2**20
        made = scratch(count * comm.size) if comm.rank == 0 else None
        file = comm.bcast(str(made.path / "shared") if made else "", root=0)
        rng = np.random.default_rng([seed, comm.rank])
        content = np.frombuffer(rng.bytes(count), dtype=np.uint8)
        return SharedInputs(comm, made, file, content, np.zeros(count, np.uint8))

    def reference(self, inputs: SharedInputs) -> Array:
        """What this rank's part of the file holds."""
        return inputs.content

    def error(self, inputs: SharedInputs, output: Array) -> float:
        """Bytes that differ."""
        return float(np.count_nonzero(output != inputs.content))

    def work(self, inputs: SharedInputs) -> Work:
        """The whole file."""
        count = inputs.content.size * inputs.comm.size
        return Work(0, count, inputs.comm.size, "parts")

    def release(self, inputs: SharedInputs) -> None:
        """Remove the file once nobody reads it any more."""
        inputs.comm.Barrier()
        if inputs.scratch is not None:
            inputs.scratch.close()

    def path(self) -> str:
        """The MPI library and the file system."""
        return f"{library()}; {described(scratch_folder(), False)}"


def write_part(inputs: SharedInputs) -> None:
    """Write this rank's part and wait until the device has the file."""
    from mpi4py import MPI

    handle: Any = MPI.File.Open(inputs.comm, inputs.file, MPI.MODE_WRONLY | MPI.MODE_CREATE)
    handle.Write_at_all(inputs.offset, inputs.content)
    handle.Sync()
    handle.Close()


def read_part(inputs: SharedInputs) -> Array:
    """Read this rank's part."""
    from mpi4py import MPI

    handle: Any = MPI.File.Open(inputs.comm, inputs.file, MPI.MODE_RDONLY)
    handle.Read_at_all(inputs.offset, inputs.into)
    handle.Close()
    return inputs.into


def forget(inputs: SharedInputs) -> None:
    """Take the file out of the page cache of every rank's node."""
    inputs.into[:] = 0
    if Path(inputs.file).exists():
        handle = os.open(inputs.file, os.O_RDONLY)
        try:
            drop_cache(handle)
        finally:
            os.close(handle)
    inputs.comm.Barrier()
