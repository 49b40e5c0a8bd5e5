"""The measured ceilings of a node: flop/s, bandwidth by memory level, latency, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from hpcsim.units import GB
from kernels.harness.results import DISTURBED, Result

from .bench import Bench, seconds
from .estimate import Estimate, exactly, from_draws
from .fits.resample import RESAMPLES, SEED
from .machine import MEMORY

BANDWIDTH = ("cache_triad", "stream_triad", "stream_copy", "stream_scale", "stream_add")
# Widest registers first: double-precision flops a cycle of two fused multiply-add units.
FLOPS_A_CYCLE = (("avx512f", 32), ("avx2", 16), ("avx", 8), ("asimd", 8), ("sse4_2", 4))
LAST_SEEN = 64 << 20  # a virtual machine sees a last cache that it shares with others
SYSTEMATIC = 0.03  # between sessions on one quiet machine, docs/bench.md


def rate(result: Result, amount: float, unit: str, wide: float = SYSTEMATIC) -> Estimate | None:
    """`amount` a second of a result: its bootstrap, and what varies from session to session."""
    times = np.asarray(seconds(result))
    if not len(times) or amount <= 0:
        return _imported(result, unit, wide)
    rng = np.random.default_rng(SEED)
    again = np.median(rng.choice(times, (RESAMPLES, len(times))), axis=1)
    value = amount / float(np.median(times))
    found = from_draws(value, amount / again, unit, "measured", result.key)
    return found.widened(wide, found.note)


def _imported(result: Result, unit: str, wide: float) -> Estimate | None:
    figure = result.figure
    if figure is None or figure.value <= 0:
        return None
    scale = figure.value
    return Estimate(
        value=scale,
        low=min(max(figure.low, scale * 1e-3), scale),
        high=max(figure.high, scale),
        unit=unit,
        basis="measured",
        note=result.key,
    ).widened(wide, result.key)


def wide_of(bench: Bench) -> float:
    """How far a figure of this session may be off beside its repeats."""
    return DISTURBED if bench.disturbances else SYSTEMATIC


def flops_a_cycle(bench: Bench) -> int:
    """Of the widest registers that the processor says it has; 0 where nothing is known."""
    flags = bench.fingerprint.processor.flags if bench.fingerprint else ()
    return next((flops for flag, flops in FLOPS_A_CYCLE if flag in flags), 0)


def core_gflops(bench: Bench) -> Estimate | None:
    """The most that chains of multiply-adds reached on one core."""
    found = [
        rate(result, result.work.flops / GB, "Gflop/s", wide_of(bench))
        for result in bench.of("fma_peak")
        if result.threads == 1 and result.work is not None
    ]
    return best(found)


def level(bench: Bench, held_bytes: int) -> str:
    """Where so many bytes live: L1, L2, L3 or memory."""
    caches = bench.fingerprint.processor.caches if bench.fingerprint else ()
    for cache in caches:
        if held_bytes <= cache.bytes and cache.level < 3:
            return f"L{cache.level}"
    last = max((cache.bytes for cache in caches if cache.level == 3), default=0)
    return "L3" if held_bytes <= min(last, LAST_SEEN) else MEMORY


def core_bandwidths(bench: Bench) -> Mapping[str, Estimate]:
    """GB/s of one core by memory level, the best of the STREAM loops at each."""
    found: dict[str, list[Estimate | None]] = {}
    for kernel in BANDWIDTH:
        for result in bench.of(kernel):
            if result.threads == 1 and result.work is not None:
                each = rate(result, result.work.bytes_moved / GB, "GB/s", wide_of(bench))
                found.setdefault(level(bench, result.held_bytes), []).append(each)
    return {name: top for name, each in sorted(found.items()) if (top := best(each)) is not None}


def node_bandwidth(bench: Bench) -> Estimate | None:
    """GB/s of all cores together from memory: of threads, of STREAM, or of HPCC's ranks."""
    own = [
        rate(result, result.work.bytes_moved / GB, "GB/s", wide_of(bench))
        for kernel in BANDWIDTH
        for result in bench.of(kernel)
        if result.work is not None and level(bench, result.held_bytes) == MEMORY
        if bench.fingerprint and result.threads >= bench.fingerprint.usable_cores
    ]
    return best([*own, *_stream(bench), *_hpcc(bench)])


def _stream(bench: Bench) -> Sequence[Estimate | None]:
    found = [_imported(result, "GB/s", SYSTEMATIC) for result in _by(bench, "stream", "Triad")]
    return [each.scaled(1 / GB) for each in found if each is not None]


def _hpcc(bench: Bench) -> Sequence[Estimate | None]:
    """Every rank ran its own triad at once: together they had the memory of their nodes."""
    found = [
        (_imported(result, "GB/s", SYSTEMATIC), max(result.ranks, 1))
        for result in _by(bench, "hpcc", "StarSTREAM_Triad")
    ]
    return [each.scaled(ranks / GB) for each, ranks in found if each is not None]


def _by(bench: Bench, program: str, kernel: str) -> list[Result]:
    return [r for r in bench.of(kernel) if r.program == program]


def memory_latency_ns(bench: Bench) -> Estimate | None:
    """Nanoseconds a dependent load from memory takes."""
    chases = [r for r in bench.of("pointer_chase") if level(bench, r.held_bytes) == MEMORY]
    found = [
        inverse(rate(r, r.work.items / 1e9, "1/ns", wide_of(bench)), "ns")
        for r in chases
        if r.work is not None
    ]
    return next((each for each in found if each is not None), None)


def files(bench: Bench) -> Mapping[str, Estimate]:
    """What the file kernels reached, in the unit of each."""
    found = {}
    for result in bench.results:
        if result.group == "io" and result.work is not None and result.figure is not None:
            per_byte = result.figure.unit == "B/s"
            amount = result.work.bytes_moved / GB if per_byte else result.work.items
            each = rate(result, amount, "GB/s" if per_byte else result.figure.unit, DISTURBED)
            if each is not None:
                found[result.kernel] = each
    return found


def imported_blas(bench: Bench, core_peak_gflops: float) -> Estimate | None:
    """Share of a core's peak that HPCC's multiplication reached, all ranks at once if it says."""
    if core_peak_gflops <= 0:
        return None
    for name in ("StarDGEMM_Gflops", "SingleDGEMM_Gflops"):
        for result in _by(bench, "hpcc", name):
            found = _imported(result, "Gflop/s", SYSTEMATIC)
            if found is not None and found.value / GB <= core_peak_gflops:
                return found.over(exactly(core_peak_gflops * GB), "1", result.key)
    return None


def inverse(found: Estimate | None, unit: str) -> Estimate | None:
    """1 over an estimate."""
    return None if found is None else exactly(1.0, unit, "measured").over(found, unit, found.note)


def best(
    found: Sequence[Estimate | None], key: Callable[[Estimate], float] = lambda each: each.value
) -> Estimate | None:
    """The largest of those that are there."""
    known = [each for each in found if each is not None]
    return max(known, key=key) if known else None
