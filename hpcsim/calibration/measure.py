"""From a bench result to a machine model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hpcsim.site.nodes import NodeType
from kernels.harness.results import Result

from . import ceilings
from .bench import Bench
from .estimate import Estimate, exactly
from .fits import Fit, collective, message_times, scaling
from .fits.resample import Point
from .fits.verdict import refused
from .kinds import Kind, kinds
from .machine import MEMORY, REFERENCE_CLOCK_GHZ, WIDE_FLOPS, Kernel, MachineModel

# A core's traffic never takes the whole of an item's time: something issues the loads.
LEAST_CYCLE_SHARE = 0.05
OPERATIONS = ("allreduce", "bcast", "allgather", "alltoall")
BLAS = ("dgemm", "dgemm_blas")
MHZ_A_GHZ = 1000.0
SHARED = "other programs had a part of the cores: what more of them bring cannot be told"
SMALL_SHARE = 0.3  # large products were that much faster here


def measure(bench: Bench, node: NodeType | None = None) -> MachineModel:
    """The machine model of what was measured.

    `node` describes the measured machine where the figures do not say what it is, as those of
    HPCC and STREAM do not; without it nothing that needs a peak can be told of them.
    """
    print_ = bench.fingerprint
    flops = node.flop_per_cycle if node else ceilings.flops_a_cycle(bench)
    peak = ceilings.core_gflops(bench)
    clock, remarks = _clock(bench, peak, flops, node)
    bandwidths = dict(ceilings.core_bandwidths(bench))
    messages = tuple(_messages(bench))
    cores = node.cores if node else (print_.usable_cores if print_ else 1)
    if bench.disturbances:
        remarks.append("the machine was disturbed: every figure's interval is at least 10 % wide")
    return MachineModel(
        name=bench.machine,
        processor=print_.processor.model if print_ else (node.name if node else ""),
        cores=cores,
        flop_per_cycle=flops,
        clock_ghz=clock,
        core_gflops=peak,
        core_bandwidth_gbs=bandwidths,
        node_bandwidth_gbs=ceilings.node_bandwidth(bench),
        memory_latency_ns=ceilings.memory_latency_ns(bench),
        blas_efficiency=_blas(bench, peak, node),
        hpcg_efficiency=_hpcg(bench, bandwidths),
        kernels=tuple(_kernels(bench, clock, bandwidths, flops)),
        scaling=tuple(_scaling(bench)),
        messages=messages,
        collectives=tuple(_collectives(bench, messages)),
        files=ceilings.files(bench),
        remarks=tuple(remarks),
    )


def _clock(
    bench: Bench, peak: Estimate | None, flops: int, node: NodeType | None
) -> tuple[Estimate | None, list[str]]:
    """The clock under load: of the multiply-add chains where they ran, else as it is told."""
    if peak is not None and flops:
        return peak.scaled(1 / flops, "GHz", "multiply-adds a second over those a cycle"), []
    if node is not None:
        return exactly(node.clock_ghz, "GHz", "published").widened(0.2, "nominal clock"), []
    told = bench.fingerprint.processor.most_mhz if bench.fingerprint else 0.0
    if told:
        note = "fma_peak was not measured: the clock is the one that the system tells"
        return exactly(told / MHZ_A_GHZ, "GHz").widened(0.2, note), [note]
    return None, ["nothing tells the clock: name the measured machine with --from"]


def _blas(bench: Bench, peak: Estimate | None, node: NodeType | None) -> Estimate | None:
    """Share of the core's peak that the best matrix product reached, on one core.

    HPL multiplies large matrices: where only small ones were measured, large ones may be faster.
    """
    if peak is None:
        return ceilings.imported_blas(bench, node.clock_ghz * node.flop_per_cycle if node else 0.0)
    for size in ("memory", "cache"):
        found = [
            ceilings.rate(result, result.work.flops / 1e9, "Gflop/s", ceilings.wide_of(bench))
            for name in BLAS
            for result in bench.of(name)
            if result.threads == 1 and result.work is not None and result.size == size
        ]
        top = ceilings.best(found)
        if top is not None:
            share = top.over(peak, "1", top.note)
            small = f"{top.note}: small matrices only, widened to {SMALL_SHARE:.0%}"
            return capped(share if size == "memory" else share.widened(SMALL_SHARE, small))
    return None


def capped(share: Estimate) -> Estimate:
    """A share of a ceiling: none is above 1."""
    value = min(share.value, 1.0)
    return share.model_copy(
        update={
            "value": value,
            "low": min(share.low, value),
            "high": max(min(share.high, 1.0), value),
        }
    )


def _hpcg(bench: Bench, bandwidths: dict[str, Estimate]) -> Estimate | None:
    """Share of its bandwidth that HPCG's traffic reached, where its grids lay in memory."""
    memory = bandwidths.get(MEMORY)
    for result in bench.of("hpcg"):
        in_memory = ceilings.level(bench, result.held_bytes) == MEMORY
        if memory is None or not in_memory or result.threads != 1 or result.work is None:
            continue
        amount = result.work.bytes_moved / 1e9
        found = ceilings.rate(result, amount, "GB/s", ceilings.wide_of(bench))
        return None if found is None else capped(found.over(memory, "1", result.key))
    return None


def _kernels(
    bench: Bench, clock: Estimate | None, bandwidths: dict[str, Estimate], flops: int
) -> Iterator[Kernel]:
    """Of each kernel that classes are made of, the result at a size that has a reference."""
    for name, kind in kinds().items():
        found = {
            r.size: r
            for r in bench.of(name)
            if r.threads == 1 and not r.ranks and r.work and not _changed(r)
        }
        size = next((size for size in kind.sizes if size in found), None)
        if size is not None and clock is not None:
            kernel = _kernel(kind, found[size], clock, bandwidths, bench)
            if kernel is not None:
                yield _as_if_wide(kernel, flops) if kind.vector and flops else kernel


def _as_if_wide(kernel: Kernel, flops: int) -> Kernel:
    """A vector kernel's cost beside the reference's, on registers as wide as the reference's.

    Narrower registers are the machine's, not the program's: they must not go with it elsewhere.
    """
    return kernel.model_copy(update={"cost": kernel.cost.scaled(flops / WIDE_FLOPS)})


def _changed(result: Result) -> bool:
    """Whether single parameters differ from those of the named size."""
    return "," in result.key.split("/")[1]


def _kernel(
    kind: Kind, result: Result, clock: Estimate, bandwidths: dict[str, Estimate], bench: Bench
) -> Kernel | None:
    assert result.work is not None
    amount = kind.amount(result.work)
    found = ceilings.rate(result, amount, f"{kind.item}/s", ceilings.wide_of(bench))
    if found is None:
        return None
    where = ceilings.level(bench, result.held_bytes)
    band = bandwidths.get(where) if where == MEMORY and not kind.latency else None
    traffic = kind.bytes / (band.value * 1e9) if band else 0.0
    share = max(1 - traffic * found.value, LEAST_CYCLE_SHARE)
    # A latency has no cycles: it is compared in seconds, at the reference's clock.
    beat = exactly(REFERENCE_CLOCK_GHZ, "GHz") if kind.latency else clock
    cycles = beat.scaled(1e9 * share).over(found, "cycles", result.key)
    return Kernel(
        name=kind.name,
        item=kind.item,
        size=result.size,
        rate=found,
        cycles=cycles,
        cost=cycles.scaled(1 / kind.cycles[result.size], "1"),
        path=result.path,
    )


def _scaling(bench: Bench) -> Iterator[Fit]:
    """A law for each kernel that ran on several widths with one size."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for result in bench.results:
        if result.samples_s and result.group not in ("io", "imported"):
            place = result.key.rpartition("/")[0]
            width = result.ranks or result.threads
            wide = "ranks" if result.ranks else "threads"
            groups.setdefault((place, wide), []).append(Point(width, _walls(result, bench)))
    for (place, wide), points in sorted(groups.items()):
        if len({p.x for p in points}) > 1:
            what = f"{place} over {wide}"
            yield refused("amdahl", what, SHARED) if bench.disturbances else scaling(points, what)


def _messages(bench: Bench) -> Iterator[Fit]:
    own = [
        Point(r.parameters["bytes"], _each(r, bench))
        for r in bench.of("mpi_latency")
        if "bytes" in r.parameters and r.samples_s
    ]
    if own:
        yield message_times(own, "mpi_latency")
    printed = [
        Point(r.parameters["bytes"], (r.figure.value,))
        for r in bench.results
        if r.program == "osu" and r.kernel.startswith("latency/") and r.figure is not None
        if r.parameters["bytes"] > 0
    ]
    if printed:
        yield message_times(printed, "osu latency")


def _walls(result: Result, bench: Bench) -> tuple[float, ...]:
    """Seconds by the clock; on a disturbed machine the faster half, as waits only ever add."""
    times = sorted(result.samples_s)
    return tuple(times[: max(2, len(times) // 2)] if bench.disturbances else times)


def _each(result: Result, bench: Bench) -> tuple[float, ...]:
    """Seconds an item."""
    assert result.work is not None
    return tuple(time / max(result.work.items, 1) for time in _walls(result, bench))


def _collectives(bench: Bench, messages: Sequence[Fit]) -> Iterator[Fit]:
    for operation in OPERATIONS:
        found = [r for r in bench.of(f"mpi_{operation}") if "bytes" in r.parameters]
        for ranks in sorted({r.ranks for r in found}):
            points = [
                Point(r.parameters["bytes"], _each(r, bench))
                for r in found
                if r.ranks == ranks and r.samples_s
            ]
            if points and messages:
                yield collective(points, operation, ranks, messages[0])
