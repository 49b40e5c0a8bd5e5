"""Every check of the models in one table: what is claimed, what was reached, against which data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hpcsim import site as sites

from . import hpcg, hpl, scatter, systems
from .bench import Bench
from .fits import growth, message_times, scaling
from .fits.resample import Point
from .holdout import held_out, share_inside

PEAK_TFLOPS, PEAK_SHARE = 2340.0, 0.01
PROJECTED = (1190.0, 1640.0)
MOST_MEDIAN, LEAST_COVERED, LEAST_SYSTEMS = 0.10, 0.80, 10
HPCG_OF_HPL = (0.014, 0.018)
# HaplotypeCaller over 20 genomes of 35x: cores, wall seconds, processor time over allocated
# (University of Sydney, Germline-ShortV on NCI Gadi), 3,200 intervals each, 1,675 h in all.
CALLING = ((960, 6402.0, 0.98), (1920, 3248.0, 0.98), (2880, 2347.0, 0.93), (3840, 2405.0, 0.84))
CALLING_TASKS, CALLING_S = 64_000, 1675 * 3600.0
# Aligning one genome of 100x: chunks of 500,000 pairs, two cores each, on 5,760 cores.
ALIGNING_TASKS, ALIGNING_CORES, ALIGNING_SHARE = 2433, 5760, 0.79
CLOSE = 0.03


@dataclass(frozen=True)
class Check:
    """A row of the table; `verdict` is holds, fails or skipped."""

    what: str
    wanted: str
    reached: str
    verdict: str
    note: str = ""

    def data(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def checks(bench: Bench | None = None, data: Path | None = None) -> tuple[Check, ...]:
    """All checks. Recorded tasks and lists are read from `data`, by default $HPCSIM_DATA."""
    named = os.environ.get("HPCSIM_DATA")
    folder = data or (Path(named) if named else None)
    makers: Sequence[Callable[[], Iterator[Check]]] = (
        _peak, _systems, _projection, _calling, _aligning, _refusals,
        lambda: _list(folder), lambda: _tasks(folder), lambda: _held(bench),
    )  # fmt: skip
    return tuple(check for make in makers for check in make())


def _judged(what: str, wanted: str, reached: str, holds: bool, note: str = "") -> Check:
    return Check(what, wanted, reached, "holds" if holds else "fails", note)


def _peak() -> Iterator[Check]:
    peak = sites.load("nanjing").peak_tflops
    off = peak / PEAK_TFLOPS - 1
    yield _judged(
        "peak of nanjing beside 2340 Tflop/s",
        f"within {PEAK_SHARE:.0%}",
        f"{peak:,.0f}, {off:+.2%}",
        abs(off) <= PEAK_SHARE,
    )


def _systems() -> Iterator[Check]:
    found = systems.projections()
    error, covered = systems.median_error(found), systems.coverage(found)
    yield _judged(
        f"HPL of {len(found)} AVX-512 systems, median error",
        f"under {MOST_MEDIAN:.0%} of {LEAST_SYSTEMS}",
        f"{error:.1%}",
        error < MOST_MEDIAN and len(found) >= LEAST_SYSTEMS,
        "the one constant comes from Frontera's node, none from these systems",
    )
    yield _judged(
        "their 90 % intervals cover",
        f"at least {LEAST_COVERED:.0%}",
        f"{covered:.0%}",
        covered >= LEAST_COVERED,
        "the width takes in how far owners of equal nodes differ, which is seen in the same list",
    )


def _projection() -> Iterator[Check]:
    site = sites.load("nanjing")
    rmax, flops = hpl.of_site(site), hpcg.of_site(site)
    low, high = PROJECTED
    yield _judged(
        "HPL projected for nanjing",
        f"{low:,.0f} to {high:,.0f} Tflop/s",
        f"{rmax.value:,.0f} ({rmax.low:,.0f} .. {rmax.high:,.0f})",
        low <= rmax.value <= high,
        "with a vendor's library; slow clocks keep more of their peak than fast ones",
    )
    ratio = flops.over(rmax)
    yield _judged(
        "HPCG over HPL, nanjing",
        "interval meets 1.4 to 1.8 %",
        f"{ratio.value:.2%} ({ratio.low:.2%} .. {ratio.high:.2%})",
        ratio.low <= HPCG_OF_HPL[1] and ratio.high >= HPCG_OF_HPL[0],
        "below published ratios where HPL keeps more of its peak than on those machines",
    )


def _calling() -> Iterator[Check]:
    step, limits = scatter.fit(CALLING_TASKS, CALLING_S, CALLING)
    fitted = [scatter.run(step, cores, limits) for cores, _, _ in CALLING]
    off = max(abs(ran.efficiency - e) for ran, (_, _, e) in zip(fitted, CALLING, strict=True))
    said = ", ".join(f"{ran.efficiency:.3f}" for ran in fitted)
    yield _judged(
        "HaplotypeCaller at 48 to 192 cores a sample",
        f"0.98, 0.98, 0.93, 0.84 within {CLOSE}",
        said,
        off <= CLOSE,
        f"fitted: {limits.tasks_per_s:.1f} tasks/s of the file system, {limits.spin:.2f} of waits "
        f"spins, {limits.lost:.1%} between tasks",
    )
    worst = 0.0
    for index, (cores, _, efficiency) in enumerate(CALLING):
        others = [each for number, each in enumerate(CALLING) if number != index]
        left = scatter.run(*_swap(scatter.fit(CALLING_TASKS, CALLING_S, others), cores))
        worst = max(worst, abs(left.efficiency - efficiency))
    yield _judged(
        "the same, each left out and predicted",
        f"within {CLOSE}",
        f"worst {worst:.3f}",
        worst <= CLOSE,
    )


def _swap(
    fitted: tuple[scatter.Step, scatter.Limits], cores: int
) -> tuple[scatter.Step, int, scatter.Limits]:
    return fitted[0], cores, fitted[1]


def _aligning() -> Iterator[Check]:
    """Fewer chunks than pairs of cores: one wave that leaves some idle."""
    step = scatter.Step(ALIGNING_TASKS, 600.0, cores=2)
    ran = scatter.run(step, ALIGNING_CORES, scatter.Limits())
    yield _judged(
        "alignment of one genome on 5,760 cores",
        f"{ALIGNING_SHARE} within 0.06",
        f"{ran.efficiency:.3f}",
        abs(ran.efficiency - ALIGNING_SHARE) <= 0.06,
        "from the number of chunks alone; chunks of unequal length explain the rest",
    )


def _refusals() -> Iterator[Check]:
    """Two points, constants and noise must not become laws."""
    rng = np.random.default_rng(0)
    noise = [Point(p, tuple(1 + 0.3 * rng.random(5))) for p in (1.0, 2.0, 4.0, 8.0)]
    flat = [Point(p, (1.0, 1.0, 1.0)) for p in (1.0, 2.0, 4.0, 8.0)]
    two = [Point(8.0, (1e-6,) * 3), Point(64.0, (2e-6,) * 3)]
    verdicts = {
        "noise": scaling(noise, "noise").status,
        "a constant": message_times(flat, "constant").status,
        "two points": message_times(two, "two").status,
        "two sizes": growth(two, "two").fit.status,
        "two widths": scaling([Point(1, (1.0,) * 3), Point(2, (0.6,) * 3)], "two").status,
    }
    kept = [name for name, verdict in verdicts.items() if verdict == "ok"]
    yield _judged(
        "fits that the data cannot carry",
        "refused or widened",
        ", ".join(f"{name} {verdict}" for name, verdict in verdicts.items()),
        not kept,
    )


def _list(folder: Path | None) -> Iterator[Check]:
    from .recorded import list_errors

    what = "every AVX-512 row of the list, no network known"
    if folder is None or not (folder / "bench").is_dir():
        yield Check(what, "", "", "skipped", "HPCSIM_DATA does not name the folder of lists")
        return
    errors, left_out = list_errors(folder)
    yield _judged(
        what,
        f"median under {MOST_MEDIAN:.0%}",
        f"{float(np.median(np.abs(errors))):.1%} of {len(errors)} rows",
        float(np.median(np.abs(errors))) < MOST_MEDIAN,
        f"{left_out} rows that look computed are left out; Ethernet is taken as InfiniBand",
    )


def _tasks(folder: Path | None) -> Iterator[Check]:
    from .recorded import task_errors

    what = "nf-core tasks carried between four kinds of node"
    if folder is None or not (folder / "nftrace" / "lotaru").is_dir():
        yield Check(what, "", "", "skipped", "HPCSIM_DATA does not name the folder of traces")
        return
    ours, naive = task_errors(folder)
    yield _judged(
        what,
        "median error under 20 %",
        f"{float(np.median(ours)):.1%} of {len(ours):,}",
        float(np.median(ours)) < 0.20,
        f"the clock-ratio rule: {float(np.median(naive)):.1%}, with nominal clocks as recalled",
    )


def _held(bench: Bench | None) -> Iterator[Check]:
    what = "larger sizes left out and predicted"
    found = held_out(bench) if bench is not None else ()
    if not found:
        note = "name a bench result with sweeps over four sizes or more"
        yield Check(what, "", "", "skipped", note)
        return
    share = share_inside(found)
    median = float(np.median([abs(held.error) for held in found]))
    yield _judged(
        what,
        "90 % within their intervals",
        f"{share:.0%} of {len(found)}",
        share >= 0.9,
        f"median error {median:.1%}",
    )
