"""All ranks read one file at once."""

from __future__ import annotations

from pathlib import Path

from ..arrays import Array
from ._shared_file import SharedFile, SharedInputs, forget, read_part, write_part


class MpiIoRead(SharedFile):
    """Open, read collectively, close; the file is taken out of the page cache before."""

    name = "mpi_io_read"
    title = "all ranks read one file"

    def before(self, inputs: SharedInputs) -> None:
        """The file there, its pages not in memory."""
        if not inputs.comm.bcast(Path(inputs.file).exists(), root=0):
            write_part(inputs)
        forget(inputs)

    def run(self, inputs: SharedInputs, threads: int = 1) -> Array:
        """Read all of it."""
        return read_part(inputs)


KERNEL = MpiIoRead()
