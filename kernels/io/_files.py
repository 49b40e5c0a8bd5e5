"""Files for the kernels that write and read: where they lie, and how the page cache is avoided."""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from ..arrays import Array
from ..contract import KernelError

DIRECT = getattr(os, "O_DIRECT", 0)
IN_MEMORY = ("tmpfs", "ramfs", "devtmpfs")
SPARE = 2


@dataclass
class Scratch:
    """A folder of its own, and whether files in it can be written past the page cache."""

    folder: tempfile.TemporaryDirectory[str]
    direct: bool

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder.name)

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        self.folder.cleanup()


def scratch_folder() -> Path:
    """HPCSIM_BENCH_DIR, or the system's folder for temporary files."""
    return Path(os.environ.get("HPCSIM_BENCH_DIR") or tempfile.gettempdir())


def scratch(needed_bytes: int) -> Scratch:
    """A new scratch folder; KernelError where it cannot be made or has no room."""
    where = scratch_folder()
    try:
        free = psutil.disk_usage(str(where)).free
        if free < SPARE * needed_bytes:
            raise KernelError(
                f"{where} has {free / 2**20:,.0f} MiB free and {needed_bytes / 2**20:,.0f} MiB "
                "are written; name another folder with --scratch"
            )
        folder = tempfile.TemporaryDirectory(prefix="hpcsim-io-", dir=where)
        return Scratch(folder, _direct(Path(folder.name)))
    except OSError as error:
        raise KernelError(
            f"{where} cannot be written: {error.strerror}; name another folder with --scratch"
        ) from None


def _direct(folder: Path) -> bool:
    """Whether the file system takes O_DIRECT, tried on a file."""
    if not DIRECT:
        return False
    probe = folder / "probe"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT | DIRECT, 0o600)
        try:
            os.write(handle, mmap.mmap(-1, mmap.PAGESIZE))
        finally:
            os.close(handle)
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


def page_aligned(count: int) -> Array:
    """Bytes on a page boundary, as O_DIRECT needs them."""
    return np.frombuffer(mmap.mmap(-1, max(count, 1)), dtype=np.uint8)[:count]


def file_system(folder: Path) -> str:
    """The type of the file system that a folder lies on."""
    best = ("", "unknown")
    for disk in psutil.disk_partitions(all=True):
        if folder.is_relative_to(disk.mountpoint) and len(disk.mountpoint) >= len(best[0]):
            best = (disk.mountpoint, disk.fstype)
    return best[1]


def described(folder: Path, direct: bool) -> str:
    """The file system and how the page cache was avoided, for the figure's path."""
    kind = file_system(folder)
    if kind in IN_MEMORY:
        return f"{kind}, which is memory and no disk"
    return f"{kind}, O_DIRECT" if direct else f"{kind}, cache dropped by advice"


def drop_cache(handle: int) -> None:
    """Write back what is dirty and forget the file's pages, as far as the system obeys."""
    os.fsync(handle)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
