"""Writing one file in blocks until the device has all of it."""

from __future__ import annotations

from ..arrays import Array
from ..contract import Check
from ._blocks import FileInputs, FileKernel, forget, read_blocks, write_blocks


class FileWrite(FileKernel):
    """Open, write, fsync, close."""

    name = "file_write"
    title = "writing a file past the page cache"

    def before(self, inputs: FileInputs) -> None:
        """No file there."""
        inputs.file.unlink(missing_ok=True)

    def run(self, inputs: FileInputs, threads: int = 1) -> Array:
        """Write and wait; what `check` gets is the buffer that it reads the file into."""
        write_blocks(inputs)
        return inputs.into

    def check(self, inputs: FileInputs, output: Array) -> Check:
        """Read the file back, from the device, and compare."""
        forget(inputs)
        return super().check(inputs, read_blocks(inputs, inputs.flags))


KERNEL = FileWrite()
