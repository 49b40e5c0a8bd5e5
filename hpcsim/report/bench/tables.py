"""The tables of the page: all figures, what has none, and the machine's own limits."""

from __future__ import annotations

from collections.abc import Sequence

from kernels.harness.results import Result
from kernels.harness.words import quantity

from ..html import Table
from .labels import bytes_
from .view import BenchView

# Double-precision flops a cycle of two fused multiply-add units, by the widest registers.
FLOPS_A_CYCLE = (("avx512f", 32), ("avx2", 16), ("avx", 8), ("asimd", 8), ("sse4_2", 4))
GROUPS = {
    "compute": "Compute",
    "memory": "Memory",
    "genomics": "Genomics",
    "research": "Research and records",
    "mpi": "Messages and parallel kernels",
    "io": "Files",
    "imported": "Figures of other programs",
}


def figures(view: BenchView) -> list[Table]:
    """A table a group, of everything that has a figure."""
    head = ("measurement", "figure", "95 % interval", "best", "spread", "n", "code", "check")
    tables = []
    for group, title in GROUPS.items():
        rows = [_row(r) for r in view.results if r.group == group and r.figure is not None]
        if rows:
            tables.append(Table(head, rows, title, words=frozenset({6, 7})))
    return tables


def _row(result: Result) -> Sequence[str]:
    figure, summary = result.figure, result.summary
    assert figure is not None
    interval = f"{quantity(figure.low, figure.unit)} to {quantity(figure.high, figure.unit)}"
    code = [result.path, *result.warnings]
    if result.rivalry is not None:
        code.insert(1, f"{result.rivalry.ratio:.2f} times as fast as {result.rivalry.name}")
    check = result.statement
    if result.error is not None and result.tolerance is not None:
        check = f"{check}: {result.error:.2g} of {result.tolerance:.2g}"
    return (
        result.key,
        quantity(figure.value, figure.unit),
        interval if figure.low != figure.high else "–",
        quantity(figure.best, figure.unit),
        f"{100 * summary.spread:.1f} %" if summary else "–",
        str(summary.n) if summary else "1",
        "; ".join(part for part in code if part),
        check,
    )


def missing(view: BenchView) -> Table:
    """What was asked and has no figure, with the reason."""
    rows = [(r.key, r.status, r.statement) for r in view.results if r.figure is None]
    return Table(("measurement", "", "reason"), rows, words=frozenset({1, 2}))


def limits(view: BenchView) -> Table:
    """Measured ceilings beside what the processor's description promises."""
    rows: list[tuple[str, str, str, str]] = []
    for threads in sorted({1, view.widest}):
        peak = view.peak(threads)
        if peak is not None:
            promised = promised_flops(view, threads)
            share = f"{100 * peak.value / promised:.0f} %" if promised else "–"
            said = quantity(promised, "flop/s") if promised else "unknown"
            rows.append(
                (f"flop/s, {_threads(threads)}", quantity(peak.value, "flop/s"), said, share)
            )
    for (level, threads), band in sorted(view.bandwidths.items()):
        name = f"bandwidth, {level}, {_threads(threads)}"
        rows.append((name, quantity(band.value, "B/s"), "not told by the system", "–"))
    return Table(("limit", "measured", "by the description", "share"), rows)


def promised_flops(view: BenchView, threads: int) -> float:
    """Cores times clock times flops a cycle; 0 where the clock or the registers are unknown."""
    processor = view.session.fingerprint.processor
    width = next((n for flag, n in FLOPS_A_CYCLE if flag in processor.flags), 0)
    return min(threads, processor.cores) * processor.most_mhz * 1e6 * width


def caches(view: BenchView) -> str:
    """The caches in a line."""
    found = view.session.fingerprint.processor.caches
    return ", ".join(f"L{c.level} {bytes_(c.bytes)} for {c.shared_by}" for c in found)


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"
