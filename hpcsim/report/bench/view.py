"""A session as the figures of the page look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kernels.harness.results import Result
from kernels.harness.store import Session
from kernels.harness.trend import Trend

MEMORY = "memory"
LAST_SEEN = 64 << 20
BANDWIDTH_KERNELS = ("cache_triad", "stream_triad", "stream_copy", "stream_scale", "stream_add")


@dataclass(frozen=True)
class Ceiling:
    """A measured limit: what it is called, its value (flop/s or B/s), with how many threads."""

    name: str
    value: float
    threads: int


@dataclass(frozen=True)
class BenchView:
    """One session with its verified results, and the trends of its measurements."""

    session: Session
    results: Sequence[Result]
    trends: Sequence[Trend]

    @cached_property
    def verified(self) -> list[Result]:
        """Results with a figure, of this suite."""
        return [r for r in self.results if r.figure is not None and r.summary is not None]

    @cached_property
    def local(self) -> list[Result]:
        """Those of kernels on one process."""
        return [r for r in self.verified if not r.ranks and r.group not in ("io", "imported")]

    @cached_property
    def widest(self) -> int:
        """The most threads that anything was measured with."""
        return max((r.threads for r in self.local), default=1)

    def peak(self, threads: int) -> Ceiling | None:
        """The most flop/s that any sample of a kernel reached with so many threads."""
        rates = [_best_rate(r) for r in self.local if r.threads == threads]
        return Ceiling("most flop/s", max(rates), threads) if max(rates, default=0.0) else None

    def level(self, held_bytes: int) -> str:
        """Where so many bytes live: L1, L2, L3 or memory."""
        for cache in self.session.fingerprint.processor.caches:
            if held_bytes <= cache.bytes and cache.level < 3:
                return f"L{cache.level}"
        # The last cache is shared with neighbours that a virtual machine does not see.
        last = self.session.fingerprint.processor.cache_bytes(3)
        return "L3" if held_bytes <= min(last, LAST_SEEN) else MEMORY

    @cached_property
    def bandwidths(self) -> dict[tuple[str, int], Ceiling]:
        """The most B/s that any sample of the STREAM loops reached, by level and threads."""
        found: dict[tuple[str, int], Ceiling] = {}
        for r in self.local:
            if r.kernel in BANDWIDTH_KERNELS and r.figure is not None:
                key = (self.level(r.held_bytes), r.threads)
                known = found.get(key)
                if known is None or r.figure.best > known.value:
                    found[key] = Ceiling(key[0], r.figure.best, r.threads)
        return found

    def limit(self, result: Result) -> tuple[float, str] | None:
        """What the roofline allows a result, in flop/s or B/s, and which ceiling that is."""
        if result.work is None:
            return None
        level = self.level(result.held_bytes)
        band = self.bandwidths.get((level, result.threads))
        peak = self.peak(result.threads)
        if result.work.flops and peak and band and result.work.bytes_moved:
            by_band = band.value * result.work.intensity
            return min((peak.value, "compute"), (by_band, f"{level} bandwidth"))
        if result.work.flops:
            return (peak.value, "compute") if peak else None
        return (band.value, f"{level} bandwidth") if band and result.work.bytes_moved else None


def flop_rate(result: Result) -> float:
    """flop/s of a verified result, 0 for a kernel without any."""
    if result.work is None or result.summary is None:
        return 0.0
    return result.work.flops / result.summary.median_s


def _best_rate(result: Result) -> float:
    if result.work is None or result.summary is None:
        return 0.0
    return result.work.flops / result.summary.best_s


def attained(result: Result) -> float:
    """flop/s, or B/s for a kernel without flops: what `limit` bounds."""
    if result.work is None or result.summary is None:
        return 0.0
    amount = result.work.flops or result.work.bytes_moved
    return amount / result.summary.median_s
