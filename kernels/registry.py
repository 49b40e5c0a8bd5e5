"""The kernels by name. A kernel is a file in a group's folder; adding one is adding that file.

Listing reads file names and docstrings only: nothing is imported before `load`.
"""

from __future__ import annotations

import ast
import difflib
import importlib
from pathlib import Path
from typing import Any

from .contract import Kernel, KernelError

GROUPS = ("compute", "memory", "genomics", "research", "mpi", "io")
HERE = Path(__file__).parent


def files() -> dict[str, Path]:
    """The file of every kernel by the kernel's name, in the order of the groups."""
    return {
        file.stem: file
        for group in GROUPS
        for file in sorted((HERE / group).glob("*.py"))
        if not file.stem.startswith("_")
    }


def names(group: str | None = None) -> list[str]:
    """All names, or those of one group. Raises KernelError for a group that does not exist."""
    if group is not None and group not in GROUPS:
        raise KernelError(f"no group of kernels {group!r}; there are {', '.join(GROUPS)}")
    return [name for name, file in files().items() if group in (None, file.parent.name)]


def group_of(name: str) -> str:
    """The group of a kernel: the folder that it lies in."""
    return find(name).parent.name


def summary(name: str) -> str:
    """The first line of what the kernel's file says of itself, without importing it."""
    text = ast.get_docstring(ast.parse(find(name).read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def load(name: str) -> Kernel[Any, Any, Any]:
    """The kernel called `name`; raises KernelError with the nearest names for an unknown one."""
    file = find(name)
    module = importlib.import_module(f"{__package__}.{file.parent.name}.{file.stem}")
    kernel: Kernel[Any, Any, Any] = module.KERNEL
    return kernel


def find(name: str) -> Path:
    """The file of a kernel; raises KernelError with the nearest names for an unknown one."""
    known = files()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
        raise KernelError(f"no kernel {name!r}; the nearest are {', '.join(close)}")
    return known[name]
