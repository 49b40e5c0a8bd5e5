"""Leave the largest out: does a model fitted on smaller sizes or fewer ranks hold what came?

The model says by what factor the next size takes longer; the largest size measured says from where.
How far the measured sizes strayed from the model, one from the next, is how far the next may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from hpcsim.units import GB
from kernels.harness.results import Result

from .bench import Bench, seconds
from .ceilings import core_bandwidths, level
from .estimate import Estimate, Z
from .fits import growth
from .fits.growth import DOUBLING, LEAST_SIZES, SHARED_DOUBLING, Growth
from .fits.resample import FloatArray, Point
from .machine import MEMORY
from .rates import DENSE

OWN = ("L1", "L2")
LEAST_SHARE = 0.05  # of its time that any program spends in the core
# A kernel that was not seen at a level may reach less of its bandwidth than streams do, by so much
# (standard deviation of the logarithm): gathers and many streams at once reach a half.
CROSSING = 0.4
Bands = Mapping[str, Estimate]


@dataclass(frozen=True)
class Held:
    """A size that was left out: what the smaller ones said of it, and what it took (s)."""

    what: str
    predicted: Estimate
    measured_s: float
    note: str = ""

    @property
    def inside(self) -> bool:
        """Whether it lies within the 90 % interval."""
        return self.predicted.low <= self.measured_s <= self.predicted.high

    @property
    def error(self) -> float:
        """Predicted over measured, less one."""
        return self.predicted.value / self.measured_s - 1


def held_out(bench: Bench) -> tuple[Held, ...]:
    """Every size that has at least three smaller ones of its kernel, each predicted from those."""
    found, bands = [], core_bandwidths(bench)
    for what, sizes in _sweeps(bench).items():
        for count in range(LEAST_SIZES, len(sizes)):
            held = _one(what, sizes[:count], sizes[count], bench, bands)
            if held is not None:
                found.append(held)
    return tuple(found)


def share_inside(found: Sequence[Held]) -> float:
    """The share of left-out sizes within their intervals; 0 of none."""
    return float(np.mean([held.inside for held in found])) if found else 0.0


def _sweeps(bench: Bench) -> Mapping[str, list[Result]]:
    """Results of one kernel at one width, by growing work; of one work the first."""
    groups: dict[str, dict[float, Result]] = {}
    for result in bench.results:
        if result.work is None or not seconds(result) or result.group in ("io", "imported"):
            continue
        width = f"r{result.ranks}" if result.ranks else f"t{result.threads}"
        groups.setdefault(f"{result.kernel}/{width}", {}).setdefault(_work(result), result)
    return {
        what: [sizes[work] for work in sorted(sizes)]
        for what, sizes in sorted(groups.items())
        if len(sizes) > LEAST_SIZES
    }


def _work(result: Result) -> float:
    assert result.work is not None
    return float(result.work.flops or result.work.items)


def _one(
    what: str, smaller: Sequence[Result], larger: Result, bench: Bench, bands: Bands
) -> Held | None:
    """From the largest of the smaller sizes on, by as much as the model grows."""
    points = [_in_core(each, bench, bands) for each in smaller]
    grown = growth(points, what, surface=larger.kernel in DENSE)
    if not grown.fit.usable:
        return None
    model = np.array([_modelled(grown, each, bench, bands) for each in (*smaller, larger)])
    took = np.array([np.median(seconds(each)) for each in smaller])
    off = np.log(took / model[:-1])
    seen = [level(bench, each.held_bytes) for each in smaller]
    there = level(bench, larger.held_bytes)
    doublings = float(np.log2(_work(larger) / _work(smaller[-1])))
    a_doubling = DOUBLING if there in OWN else SHARED_DOUBLING
    usual = np.hypot(_straying(off), Z * a_doubling * doublings)
    slower = usual if there in seen else np.hypot(usual, Z * CROSSING)
    value = float(model[-1] * np.exp(off[-1]))
    predicted = Estimate(
        value=value,
        low=value / float(np.exp(usual)),
        high=value * float(np.exp(slower)),
        unit="s",
        basis="derived",
    )
    note = "" if there == seen[-1] else f"leaves {seen[-1]} for {there}"
    return Held(f"{what} {_size(larger)}", predicted, float(np.median(seconds(larger))), note)


def _modelled(grown: Growth, result: Result, bench: Bench, bands: Bands) -> float:
    """What is in the core grows with the work; traffic is known, and goes at its level's speed."""
    return grown.at(_work(result)) + _traffic_s(result, bench, bands)


def _straying(off: FloatArray) -> float:
    """How far one size may stray from the one before, in nine of ten cases, as a logarithm."""
    steps = np.diff(off)
    return float(stdtrit(len(steps), 0.95) * np.sqrt(np.mean(steps**2)))


def _in_core(result: Result, bench: Bench, bands: Bands) -> Point:
    """Its repeats without the traffic; something is left in any case."""
    out = _traffic_s(result, bench, bands)
    times = tuple(max(time - out, LEAST_SHARE * time) for time in seconds(result))
    return Point(_work(result), times)


def _traffic_s(result: Result, bench: Bench, bands: Bands) -> float:
    """Seconds of the traffic of what does not fit into the core's own caches."""
    where = level(bench, result.held_bytes)
    band = bands.get(where) or bands.get(MEMORY)
    if result.work is None or where in OWN or band is None:
        return 0.0
    if result.kernel in DENSE:  # blocked away
        return 0.0
    return result.work.bytes_moved / GB / band.value


def _size(result: Result) -> str:
    return result.key.split("/")[1]


def lines(found: Sequence[Held]) -> Iterator[str]:
    """A line each, for people."""
    for held in found:
        inside = "within" if held.inside else "OUTSIDE"
        yield (
            f"{held.what}: {held.predicted.value:.3g} s ({held.predicted.low:.3g} .. "
            f"{held.predicted.high:.3g}), took {held.measured_s:.3g} s, {inside} {held.note}"
        )
