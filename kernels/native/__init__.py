"""Native rivals in C, compiled for this very machine the first time that they are asked for."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
HERE = Path(__file__).parent


@functools.cache
def library(name: str, *flags: str) -> ctypes.CDLL | None:
    """The compiled `name`.c of this folder, or None without a C compiler.

    The object lies in the user's cache folder under a hash of source, flags, compiler and
    processor, so that a changed source or another machine compiles again.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source = HERE / f"{name}.c"
    target = _cache_folder() / f"{name}-{_fingerprint(source, compiler, flags)}.so"
    if not target.exists() and not _compile(compiler, source, target, flags):
        return None
    return ctypes.CDLL(str(target))


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    """The address of a contiguous array, for a C function."""
    return ctypes.c_void_p(array.ctypes.data)


def _cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(root) / "hpcsim" / "native"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _fingerprint(source: Path, compiler: str, flags: tuple[str, ...]) -> str:
    version = subprocess.run([compiler, "--version"], capture_output=True, check=False).stdout
    parts = (source.read_bytes(), version, " ".join(FLAGS + flags).encode(), _processor().encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _processor() -> str:
    """What -march=native depends on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith("flags")), platform.processor())


def _compile(compiler: str, source: Path, target: Path, flags: tuple[str, ...]) -> bool:
    """Compile beside the target, then rename: two processes at once do not meet half a file."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / target.name
        command = [compiler, *FLAGS, *flags, "-o", str(made), str(source), "-lm"]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0:
            made.replace(target)
    return done.returncode == 0
