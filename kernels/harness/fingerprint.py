"""What a figure depends on beside the kernel: machine, libraries, settings, limits."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import dataclass
from functools import cache
from typing import Any

import psutil

from .errors import HarnessError
from .processor import Processor, cgroup_cores, cgroup_memory, processor, usable_cores

GIB = 2**30
# Variables that choose code paths, threads or transports; their values explain figures.
SETTINGS = (
    "OPENBLAS_", "OMP_", "MKL_", "BLIS_", "GOTO_", "NUMBA_", "VECLIB_", "UCX_", "FI_", "MPICH_",
    "MPIR_CVAR_", "OMPI_MCA_", "I_MPI_", "KMP_AFFINITY", "SLURM_CPU", "SLURM_NTASKS",
)  # fmt: skip
# What makes two sessions comparable as one machine; the rest explains, but does not part them.
SAME = (
    "model", "architecture", "cores", "threads", "caches", "flags", "memory_gib", "usable_cores",
)  # fmt: skip


@dataclass(frozen=True)
class Blas:
    """A linear algebra library as loaded: its name, version, the core type chosen, threads."""

    name: str
    version: str
    core_type: str
    threads: int


@dataclass(frozen=True)
class Fingerprint:
    """Everything that a figure was measured under; `mpi` is empty where no ranks were started."""

    host: str
    processor: Processor
    usable_cores: int
    quota_cores: float | None
    memory_gib: float
    memory_limit_gib: float | None
    system: str
    kernel: str
    python: str
    numpy: str
    numba: str
    llvm: str
    blas: tuple[Blas, ...]
    settings: dict[str, str]
    mpi: str = ""

    @property
    def machine(self) -> str:
        """A short name of the hardware: the same for two nodes of one kind."""
        told = json.dumps([_flat(self)[name] for name in SAME], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def fingerprint(mpi: str = "") -> Fingerprint:
    """Of this machine and this process."""
    import llvmlite.binding as llvm
    import numba
    import numpy

    limit = cgroup_memory()
    return Fingerprint(
        host=platform.node(),
        processor=processor(),
        usable_cores=usable_cores(),
        quota_cores=cgroup_cores(),
        memory_gib=round(psutil.virtual_memory().total / GIB, 1),
        memory_limit_gib=round(limit / GIB, 2) if limit else None,
        system=platform.system(),
        kernel=platform.release(),
        python=platform.python_version(),
        numpy=numpy.__version__,
        numba=numba.__version__,
        llvm=".".join(str(part) for part in llvm.llvm_version_info),
        blas=_blas(),
        settings={key: os.environ[key] for key in sorted(os.environ) if key.startswith(SETTINGS)},
        mpi=mpi,
    )


def _blas() -> tuple[Blas, ...]:
    from threadpoolctl import threadpool_info

    return tuple(
        Blas(
            str(lib.get("internal_api", "blas")),
            str(lib.get("version") or "unknown"),
            str(lib.get("architecture") or "unknown"),
            int(lib.get("num_threads") or 0),
        )
        for lib in threadpool_info()
        if lib.get("user_api") == "blas"
    )


def differences(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """What differs, a sentence each: `numba: 0.60 before, 0.61 now`."""
    old, new = _flat(before), _flat(after)
    return tuple(
        f"{name.replace('_', ' ')}: {_said(old[name])} before, {_said(new[name])} now"
        for name in old
        if old[name] != new[name] and name not in ("host", "mpi")
    )


def _flat(found: Fingerprint) -> dict[str, Any]:
    data: dict[str, Any] = _adapter().dump_python(found, mode="json")
    return {**data.pop("processor"), **data}


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_said(each)}" for key, each in value.items()) or "nothing"
    if isinstance(value, list):
        return "; ".join(_said(each) for each in value) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def words(found: Fingerprint) -> list[tuple[str, str]]:
    """The fingerprint as names and texts for a page."""
    return [(name.replace("_", " "), _said(value)) for name, value in _flat(found).items()]


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Fingerprint)


def to_json(found: Fingerprint) -> str:
    """As a JSON object."""
    return str(_adapter().dump_json(found).decode("utf-8"))


def from_json(text: str | bytes) -> Fingerprint:
    """The fingerprint that `to_json` wrote; HarnessError for anything else."""
    from pydantic import ValidationError

    try:
        found: Fingerprint = _adapter().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise HarnessError(f"not a fingerprint: {first['loc']}: {first['msg']}") from None
    return found
