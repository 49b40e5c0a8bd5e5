"""Which vector registers compiled code uses here; numba's own overrides are respected."""

from __future__ import annotations

import llvmlite.binding as llvm
from numba.core import config


def _features() -> frozenset[str]:
    """The features that numba compiles for: the host's, unless NUMBA_CPU_* say otherwise."""
    if config.CPU_FEATURES is not None:
        return frozenset(f[1:] for f in config.CPU_FEATURES.split(",") if f.startswith("+"))
    if config.CPU_NAME == "generic":
        return frozenset()
    return frozenset(name for name, has in llvm.get_host_cpu_features().items() if has)


FEATURES = _features()
AVX512 = {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= FEATURES
AVX2 = {"avx2", "fma"} <= FEATURES
BYTES = 64 if AVX512 else 32 if AVX2 else 16
COMPILED = not config.DISABLE_JIT


def path() -> str:
    """avx512, avx2 or portable; interpreted when numba's compiler is switched off."""
    if not COMPILED:
        return "interpreted"
    return "avx512" if AVX512 else "avx2" if AVX2 else "portable"
