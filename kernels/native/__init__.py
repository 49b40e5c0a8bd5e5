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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import Array

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


def function(source: str, name: str, *flags: str) -> Callable[..., int] | None:
    """A C function of `source`.c that takes arrays, 64-bit integers and doubles.

    It returns a 64-bit integer (meaningless for a void function); None without a C compiler.
    """
    compiled = library(source, *flags)
    if compiled is None:
        return None
    entry = getattr(compiled, name)
    entry.restype = ctypes.c_int64

    def call(*args: Array | int | float) -> int:
        return int(entry(*(_argument(arg) for arg in args)))

    return call


def _argument(value: Array | int | float) -> Any:
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(value.__array_interface__["data"][0])
    return ctypes.c_double(value) if isinstance(value, float) else ctypes.c_int64(int(value))


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
