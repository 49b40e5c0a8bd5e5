"""C code on the same MPI library, compiled by the mpicc that belongs to it."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ._world import library, world

HERE = Path(__file__).parent


@functools.cache
def compiled(name: str) -> ctypes.CDLL | None:
    """`name`.c of this folder as a library; None on any rank without it.

    The first rank compiles, into the user's cache folder; all ranks must call this.
    """
    comm = world()
    made = _make(name) if comm.rank == 0 else None
    target = comm.bcast(made, root=0)
    loaded = _load(target) if target else None
    return loaded if all(comm.allgather(loaded is not None)) else None


def _load(target: str) -> ctypes.CDLL | None:
    """The library if it speaks of communicators as mpi4py's MPI does."""
    from mpi4py import MPI

    try:
        found = ctypes.CDLL(target)
    except OSError:
        return None
    return found if found.handle_bytes() == MPI._sizeof(MPI.Comm) else None


def _make(name: str) -> str | None:
    beside = Path(sys.executable).parent / "mpicc"
    compiler = str(beside) if beside.exists() else shutil.which("mpicc")
    if compiler is None:
        return None
    source = HERE / f"{name}.c"
    told = b"\0".join([source.read_bytes(), compiler.encode(), library().encode()])
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "hpcsim" / "native"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{name}-{hashlib.sha256(told).hexdigest()[:16]}.so"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as aside:
            made = Path(aside) / target.name
            command = [compiler, "-O3", "-shared", "-fPIC", "-o", str(made), str(source)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                return None
            made.replace(target)
    return str(target)
