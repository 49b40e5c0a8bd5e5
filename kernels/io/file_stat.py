"""Asking the system about many files of one folder."""

from __future__ import annotations

import os

from ._tree import TreeInputs, TreeKernel, create


class FileStat(TreeKernel):
    """On a local disk the answers come from memory; on a shared one from its servers."""

    name = "file_stat"
    title = "looking up files"
    left = True

    def before(self, inputs: TreeInputs) -> None:
        """All files there."""
        create(inputs)

    def run(self, inputs: TreeInputs, threads: int = 1) -> int:
        """One file after the other."""
        found = 0
        for path in inputs.paths:
            found += os.stat(path).st_nlink == 1  # noqa: PTH116 - a Path object costs more than the call
        return found


KERNEL = FileStat()
