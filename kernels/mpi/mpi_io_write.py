"""All ranks write one file at once."""

from __future__ import annotations

from ..arrays import Array
from ._shared_file import SharedFile, SharedInputs, forget, read_part, write_part


class MpiIoWrite(SharedFile):
    """Open, write collectively, sync, close."""

    name = "mpi_io_write"
    title = "all ranks write one file"

    def before(self, inputs: SharedInputs) -> None:
        """Nothing of the file in memory."""
        forget(inputs)

    def run(self, inputs: SharedInputs, threads: int = 1) -> Array:
        """Write and wait; what is checked is the buffer that the file is read into."""
        write_part(inputs)
        return inputs.into

    def error(self, inputs: SharedInputs, output: Array) -> float:
        """Bytes that differ when the file is read back from the device."""
        forget(inputs)
        return super().error(inputs, read_part(inputs))


KERNEL = MpiIoWrite()
