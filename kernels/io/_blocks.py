"""What writing and reading share: one file of blocks, whose every byte is known."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..arrays import Array
from ..contract import Check, Kernel, KernelError, Work
from ._files import DIRECT, Scratch, described, drop_cache, page_aligned, scratch, scratch_folder

PAGE = 4096


@dataclass(frozen=True)
class FileSize:
    """MiB of the file, and KiB of each write or read."""

    mib: int
    block_kib: int


@dataclass(frozen=True)
class FileInputs:
    """The scratch folder, what the file is to hold, a buffer to read into, bytes of a block."""

    scratch: Scratch
    content: Array
    into: Array
    block: int

    @property
    def file(self) -> Path:
        """The file that is written and read."""
        return self.scratch.path / "data"

    @property
    def flags(self) -> int:
        """O_DIRECT where the file system takes it."""
        return DIRECT if self.scratch.direct else 0


class FileKernel(Kernel[FileSize, FileInputs, Array]):
    """One stream over one file, past the page cache."""

    stands_for = "checkpoints, FASTQ and BAM streams on a node's file system"
    source = "IOR (H. Shan, J. Shalf, Using IOR to analyze the I/O performance, CUG 2007)"
    figure = "bytes"
    sizes: ClassVar = {
        "tiny": FileSize(1, 64),
        "cache": FileSize(16, 1024),
        "memory": FileSize(128, 4096),
    }

    def inputs(self, size: FileSize, rng: np.random.Generator) -> FileInputs:
        """Random bytes: a file system that compresses gains nothing."""
        block = size.block_kib * 1024
        if block % PAGE:
            raise KernelError(f"{self.name}: block_kib = {size.block_kib} is no multiple of 4")
        count = size.mib * 2**20
        content = page_aligned(count)
        content[:] = np.frombuffer(rng.bytes(count), dtype=np.uint8)
        return FileInputs(scratch(count), content, page_aligned(count), block)

    def reference(self, inputs: FileInputs) -> Array:
        """What the file holds."""
        return inputs.content

    def work(self, inputs: FileInputs) -> Work:
        """The file's bytes, in blocks."""
        count = inputs.content.size
        return Work(0, count, -(-count // inputs.block), "blocks")

    def check(self, inputs: FileInputs, output: Array) -> Check:
        """Byte for byte."""
        wrong = int(np.count_nonzero(output != inputs.content))
        return Check.equal(wrong, "bytes that differ from what was written")

    @abstractmethod
    def before(self, inputs: FileInputs) -> None:
        """What has to be so before a run and is not timed."""

    def release(self, inputs: FileInputs) -> None:
        """Remove the file."""
        inputs.scratch.close()

    def path(self) -> str:
        """The file system, and how the page cache was avoided."""
        probe = scratch(0)
        try:
            return described(scratch_folder(), probe.direct)
        finally:
            probe.close()


def write_blocks(inputs: FileInputs) -> None:
    """Write the file from its beginning, and wait until the device has it."""
    handle = os.open(inputs.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | inputs.flags, 0o600)
    try:
        view = memoryview(inputs.content.data)
        for at in range(0, len(view), inputs.block):
            block = view[at : at + inputs.block]
            while block:
                block = block[os.write(handle, block) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def read_blocks(inputs: FileInputs, flags: int) -> Array:
    """Read the file from its beginning."""
    handle = os.open(inputs.file, os.O_RDONLY | flags)
    try:
        view = memoryview(inputs.into.data)
        for at in range(0, len(view), inputs.block):
            block = view[at : at + inputs.block]
            while block:
                got = os.readv(handle, [block])
                if got == 0:
                    raise OSError(f"{inputs.file} ends early")
                block = block[got:]
    finally:
        os.close(handle)
    return inputs.into


def forget(inputs: FileInputs) -> None:
    """Take the file out of the page cache, and what was read out of the buffer."""
    inputs.into[:] = 0
    handle = os.open(inputs.file, os.O_RDONLY)
    try:
        drop_cache(handle)
    finally:
        os.close(handle)
