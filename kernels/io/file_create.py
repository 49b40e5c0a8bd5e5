"""Making many empty files in one folder."""

from __future__ import annotations

import os

from ._tree import TreeInputs, TreeKernel, remove


class FileCreate(TreeKernel):
    """Open for writing and close, as mdtest does, and the folder synced at the end."""

    name = "file_create"
    title = "making empty files"
    left = True

    def before(self, inputs: TreeInputs) -> None:
        """An empty folder."""
        remove(inputs)

    def run(self, inputs: TreeInputs, threads: int = 1) -> int:
        """One file after the other."""
        for path in inputs.paths:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        _sync(inputs)
        return len(inputs.paths)


def _sync(inputs: TreeInputs) -> None:
    """Without it, the file system could answer from memory."""
    handle = os.open(inputs.folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


KERNEL = FileCreate()
