"""The processor as the operating system describes it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil

CPUINFO = Path("/proc/cpuinfo")
SYSTEM = Path("/sys/devices/system/cpu")
# The flags that decide which code compilers and libraries choose.
TELLING = (
    "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl",
    "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "neon", "asimd", "sve", "sve2",
    "hypervisor",
)  # fmt: skip


@dataclass(frozen=True)
class Cache:
    """One level of data cache as a core sees it, and how many cores share it."""

    level: int
    bytes: int
    shared_by: int


@dataclass(frozen=True)
class Processor:
    """Model, cores, caches, clock range in MHz (0 where the system does not say), and flags."""

    model: str
    architecture: str
    cores: int
    threads: int
    caches: tuple[Cache, ...]
    least_mhz: float
    most_mhz: float
    flags: tuple[str, ...]

    def cache_bytes(self, level: int) -> int:
        """The size of a level, or 0."""
        return next((cache.bytes for cache in self.caches if cache.level == level), 0)


def processor() -> Processor:
    """This machine's."""
    info = _cpuinfo()
    flags = set((info.get("flags") or info.get("Features") or "").split())
    threads = os.cpu_count() or 1
    least, most = _clock_mhz(info)
    return Processor(
        model=info.get("model name") or platform.processor() or platform.machine(),
        architecture=platform.machine(),
        cores=psutil.cpu_count(logical=False) or threads,
        threads=threads,
        caches=_caches(),
        least_mhz=least,
        most_mhz=most,
        flags=tuple(flag for flag in TELLING if flag in flags),
    )


def usable_cores() -> int:
    """Cores that this process may run on: affinity, and a container's quota of time."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:
        allowed = os.cpu_count() or 1
    quota = cgroup_cores()
    return max(1, min(allowed, int(quota)) if quota else allowed)


def cgroup_cores() -> float | None:
    """A control group's quota of processor time in cores, or None without one."""
    two = _words(Path("/sys/fs/cgroup/cpu.max"))
    if len(two) == 2 and two[0] != "max":
        return int(two[0]) / int(two[1])
    one = _words(Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
    period = _words(Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    if one and period and int(one[0]) > 0:
        return int(one[0]) / int(period[0])
    return None


def cgroup_memory() -> int | None:
    """A control group's limit of memory in bytes, or None without one."""
    for file in ("memory.max", "memory/memory.limit_in_bytes"):
        words = _words(Path("/sys/fs/cgroup") / file)
        if words and words[0].isdigit() and int(words[0]) < psutil.virtual_memory().total:
            return int(words[0])
    return None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split()
    except OSError:
        return []


def _cpuinfo() -> dict[str, str]:
    """The first processor's lines."""
    try:
        text = CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    block = text.partition("\n\n")[0]
    pairs = (line.partition(":") for line in block.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _clock_mhz(info: dict[str, str]) -> tuple[float, float]:
    found = [
        _words(SYSTEM / "cpu0" / "cpufreq" / name)
        for name in ("cpuinfo_min_freq", "cpuinfo_max_freq")
    ]
    if all(found):
        return int(found[0][0]) / 1e3, int(found[1][0]) / 1e3
    try:
        said = float(info.get("cpu MHz", "0"))
    except ValueError:
        said = 0.0
    return said, said


def _caches() -> tuple[Cache, ...]:
    found = {}
    for index in sorted((SYSTEM / "cpu0" / "cache").glob("index*")):
        kind, level, size = (_words(index / name) for name in ("type", "level", "size"))
        sharing = _words(index / "shared_cpu_list")
        if kind and level and size and kind[0] in ("Data", "Unified"):
            bytes_ = int(size[0].rstrip("K")) * 1024
            found[int(level[0])] = Cache(int(level[0]), bytes_, _listed(sharing))
    return tuple(found[level] for level in sorted(found))


def _listed(words: list[str]) -> int:
    """How many numbers a list such as 0-3,8 names."""
    count = 0
    for part in (words[0] if words else "0").split(","):
        first, _, last = part.partition("-")
        count += int(last or first) - int(first) + 1
    return count
