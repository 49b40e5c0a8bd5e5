"""The suites by name: what is measured, chosen to fit this machine's caches and cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .. import registry
from .cases import Case, Wish, expand
from .errors import HarnessError
from .processor import Processor

QUICK = ("fma_peak", "dgemm", "stream_triad", "pointer_chase", "random_access", "fft1d", "spmv")
MESSAGES = (8, 64, 512, 4096, 32_768, 262_144, 1_048_576, 4_194_304)
SIZED = ("mpi_latency", "mpi_bandwidth", "mpi_bidirectional", "mpi_multi_pair")
COLLECTIVES = ("mpi_allreduce", "mpi_bcast", "mpi_allgather", "mpi_alltoall")
APPLICATIONS = ("mpi_halo", "mpi_hpl", "mpi_cg", "mpi_fft", "mpi_kmers")
SHARED_FILES = ("mpi_io_write", "mpi_io_read")
LINE = 64
TRIAD_BYTES = 24
PASSED_BYTES = 256 << 20


@dataclass(frozen=True)
class Place:
    """Where a suite runs, with how many threads in turn, and on how many ranks."""

    processor: Processor
    threads: tuple[int, ...]
    ranks: int


@dataclass(frozen=True)
class Suite:
    """What a suite is for, how long it may take, and its cases."""

    purpose: str
    budget_s: float
    cases: Callable[[Place], list[Case]]


def names() -> list[str]:
    """All suites."""
    return list(SUITES)


def find(name: str) -> Suite:
    """The suite called `name`; HarnessError names all for an unknown one."""
    if name not in SUITES:
        raise HarnessError(f"no suite {name!r}; there are {', '.join(SUITES)}")
    return SUITES[name]


def ladder(processor: Processor) -> list[Case]:
    """Bandwidth and latency by memory level: working sets of half of each cache, and memory."""
    cases = []
    for bytes_ in working_sets(processor):
        n = bytes_ // TRIAD_BYTES // LINE * LINE
        passes = max(2, PASSED_BYTES // bytes_)
        cases.append(Case("cache_triad", "cache", (("n", n), ("passes", passes))))
        cases.append(Case("pointer_chase", "cache", (("lines", bytes_ // LINE),)))
    return [*cases, Case("stream_triad", "memory"), Case("pointer_chase", "memory")]


def working_sets(processor: Processor) -> list[int]:
    """Half of each cache's bytes, as a core has it; at most 32 MiB, as hosts share the last."""
    sizes = [min(cache.bytes // 2, 32 << 20) for cache in processor.caches]
    return sizes or [16 << 10, 512 << 10, 8 << 20]


def _quick(place: Place) -> list[Case]:
    return _both(QUICK, ("cache",), place.threads)


def _node(place: Place) -> list[Case]:
    kernels = [
        name for group in ("compute", "memory", "research") for name in registry.names(group)
    ]
    return _unique(
        ladder(place.processor), _both(kernels, ("memory",), place.threads), _genomics(place)
    )


def _genomics(place: Place) -> list[Case]:
    return _both(registry.names("genomics"), ("cache",), place.threads)


def _mpi(place: Place) -> list[Case]:
    return _unique(
        _messages((*SIZED, *COLLECTIVES), place, MESSAGES),
        _both((*APPLICATIONS, "mpi_barrier"), ("cache",), (1,), place.ranks),
        _both(APPLICATIONS, ("cache",), (1,), 1),
    )


def _io(place: Place) -> list[Case]:
    return _unique(
        _both(registry.names("io"), ("memory",), (1,)),
        _both(SHARED_FILES, ("memory",), (1,), place.ranks),
    )


def _full(place: Place) -> list[Case]:
    return _unique(_node(place), _mpi(place), _io(place))


def doubled(cores: int) -> tuple[int, ...]:
    """1, 2, 4 ... and all cores."""
    return tuple(sorted({*(2**power for power in range(cores.bit_length())), cores}))


def _messages(names: Iterable[str], place: Place, sizes: tuple[int, ...]) -> list[Case]:
    """Every kernel over message sizes."""
    return [
        Case(name, "cache", (("bytes", size),), ranks=place.ranks)
        for name in names
        for size in sizes
    ]


def _both(
    names: Iterable[str], sizes: tuple[str, ...], threads: tuple[int, ...], ranks: int = 2
) -> list[Case]:
    known = set(registry.names())
    present = tuple(name for name in names if name in known)
    return expand(Wish(present, sizes, threads, ranks)) if present else []


def _unique(*parts: list[Case]) -> list[Case]:
    return list(dict.fromkeys(case for part in parts for case in part))


SUITES = {
    "quick": Suite("a first look, within a minute", 40.0, _quick),
    "node": Suite(
        "one node: every kernel, every level of memory, within ten minutes", 360.0, _node
    ),
    "genomics": Suite("alignment, calling, indexes and records", 180.0, _genomics),
    "mpi": Suite("messages, collectives and parallel kernels", 180.0, _mpi),
    "io": Suite("files: bandwidth past the page cache, and metadata", 120.0, _io),
    "full": Suite("all of the above", 900.0, _full),
}
