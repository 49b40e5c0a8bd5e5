"""Removing many files from one folder."""

from __future__ import annotations

import os

from ._tree import TreeInputs, TreeKernel, create


class FileRemove(TreeKernel):
    """Unlink one by one."""

    name = "file_remove"
    title = "removing files"
    left = False

    def before(self, inputs: TreeInputs) -> None:
        """All files there."""
        create(inputs)

    def run(self, inputs: TreeInputs, threads: int = 1) -> int:
        """One file after the other."""
        for path in inputs.paths:
            os.unlink(path)  # noqa: PTH108 - a Path object costs more than the call
        return len(inputs.paths)


KERNEL = FileRemove()
