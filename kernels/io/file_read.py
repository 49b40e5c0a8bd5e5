"""Reading one file in blocks from the device."""

from __future__ import annotations

from ..arrays import Array
from ._blocks import FileInputs, FileKernel, forget, read_blocks, write_blocks


class FileRead(FileKernel):
    """Open, read, close; the file is taken out of the page cache before."""

    name = "file_read"
    title = "reading a file past the page cache"

    def before(self, inputs: FileInputs) -> None:
        """The file there, its pages not in memory."""
        if not inputs.file.exists():
            write_blocks(inputs)
        forget(inputs)

    def run(self, inputs: FileInputs, threads: int = 1) -> Array:
        """Read all of it."""
        if not inputs.file.exists():
            write_blocks(inputs)
        return read_blocks(inputs, inputs.flags)


KERNEL = FileRead()
