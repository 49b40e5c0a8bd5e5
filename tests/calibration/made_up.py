"""A bench of a machine whose speed is known, because it was made up."""

from __future__ import annotations

from hpcsim.calibration.kinds import kinds
from kernels.contract import Work
from kernels.harness.fingerprint import Fingerprint
from kernels.harness.processor import Cache, Processor
from kernels.harness.results import Figure, Result
from kernels.harness.statistics import summarize

KIB, MIB = 1 << 10, 1 << 20
CLOCK_GHZ, CORE_GFLOPS, MEMORY_GBS = 2.7, 86.4, 20.0
MACHINE = Fingerprint(
    host="made-up",
    processor=Processor(
        "Made-up", "x86_64", 4, 4, (Cache(1, 32 * KIB, 1), Cache(2, MIB, 1), Cache(3, 8 * MIB, 4)),
        0.0, 0.0, ("avx2", "avx512f"),
    ),
    usable_cores=4, quota_cores=None, memory_gib=16.0, memory_limit_gib=None, system="Linux",
    kernel="0", python="3", numpy="2", numba="0", llvm="0", blas=(), settings={},
)  # fmt: skip


def measured(
    kernel: str,
    seconds: float,
    *,
    flops: int = 0,
    moved: int = 0,
    items: int = 1,
    size: str = "cache",
    threads: int = 1,
    ranks: int = 0,
    held: int = 16 * KIB,
    noise: float = 0.004,
    parameters: dict[str, float] | None = None,
) -> Result:
    """Five repeats around `seconds`."""
    samples = tuple(seconds * (1 + noise * step) for step in (-2, -1, 0, 1, 2))
    changes = "".join(f",{name}={value:g}" for name, value in (parameters or {}).items())
    place = f"r{ranks}" if ranks else f"t{threads}"
    return Result(
        key=f"{kernel}/{size}{changes}/{place}", kernel=kernel, group="mpi" if ranks else "compute",
        title=kernel, size=size, parameters=parameters or {}, threads=threads, ranks=ranks,
        status="ok", statement="made up", samples_s=samples, cpu_s=(),
        summary=summarize(samples), figure=Figure(1.0, "x/s", 1.0, 1.0, 1.0, True),
        work=Work(flops, moved, items, "items"), held_bytes=held,
    )  # fmt: skip


def results() -> tuple[Result, ...]:
    """A node at 2.7 GHz, 32 flop a cycle, 20 GB/s of memory; products reach 80 % of the peak."""
    giga = 10**9
    product = 0.8 * CORE_GFLOPS
    each = [
        measured("fma_peak", 0.1, flops=int(CORE_GFLOPS * giga * 0.1)),
        measured("dgemm", 0.1, flops=int(product * giga * 0.1), size="memory", held=64 * MIB),
        measured(
            "stream_triad", 0.1, flops=1, moved=int(MEMORY_GBS * giga * 0.1),
            items=int(MEMORY_GBS * giga * 0.1) // 24, size="memory", held=960 * MIB,
        ),
        measured(
            "stream_triad", 0.1, flops=1, moved=int(60 * giga * 0.1), items=10**8, size="memory",
            held=960 * MIB, threads=4,
        ),
    ]  # fmt: skip
    pair = kinds()["pairhmm"]
    cells = CLOCK_GHZ * giga / pair.cycles["cache"]
    each.append(measured("pairhmm", 0.1, items=int(cells * 0.1)))
    for size in (8, 64, 512, 4096, 65_536, 1_048_576, 4_194_304):
        seconds = 1e-6 + size / 10e9 if size < 8192 else 4e-6 + size / 12e9
        each.append(
            measured("mpi_latency", seconds, moved=size, ranks=2, parameters={"bytes": size})
        )
    return tuple(each)
