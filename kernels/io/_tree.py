"""What the metadata kernels share: many empty files in one folder."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..contract import Check, Kernel, Work
from ._files import Scratch, file_system, scratch, scratch_folder


@dataclass(frozen=True)
class TreeSize:
    """Files in the folder."""

    files: int


@dataclass(frozen=True)
class TreeInputs:
    """The scratch folder and the paths of all files, as texts."""

    scratch: Scratch
    paths: list[str]

    @property
    def folder(self) -> Path:
        """The folder that holds nothing but the files."""
        return self.scratch.path


class TreeKernel(Kernel[TreeSize, TreeInputs, int]):
    """One operation on every file; the output is how many files were touched."""

    stands_for = "pipelines of many small files, unpacking, Python environments on a shared disk"
    source = "mdtest (part of IOR)"
    figure = "items"
    sizes: ClassVar = {"tiny": TreeSize(5), "cache": TreeSize(500), "memory": TreeSize(5_000)}
    left: ClassVar[bool]
    """Whether the files are there after a run."""

    def inputs(self, size: TreeSize, rng: np.random.Generator) -> TreeInputs:
        """Names in a random order, so that a sorted folder gains nothing."""
        made = scratch(0)
        order = rng.permutation(size.files)
        return TreeInputs(made, [str(made.path / f"file.{number}") for number in order])

    def reference(self, inputs: TreeInputs) -> int:
        """All of them."""
        return len(inputs.paths)

    def work(self, inputs: TreeInputs) -> Work:
        """Operations."""
        return Work(0, 0, len(inputs.paths), "files")

    def check(self, inputs: TreeInputs, output: int) -> Check:
        """The files that are there, beside those that ought to be."""
        names = {Path(path).name for path in inputs.paths} if self.left else set()
        wrong = len(names ^ {file.name for file in inputs.folder.iterdir()})
        return Check.equal(wrong + abs(output - len(inputs.paths)), "files missing or left over")

    @abstractmethod
    def before(self, inputs: TreeInputs) -> None:
        """What has to be so before a run and is not timed."""

    def release(self, inputs: TreeInputs) -> None:
        """Remove the folder."""
        inputs.scratch.close()

    def path(self) -> str:
        """The file system."""
        return file_system(scratch_folder())


def create(inputs: TreeInputs) -> None:
    """Make the files that are not there."""
    for path in inputs.paths:
        Path(path).touch()


def remove(inputs: TreeInputs) -> None:
    """Remove the files that are there."""
    for path in inputs.paths:
        Path(path).unlink(missing_ok=True)
