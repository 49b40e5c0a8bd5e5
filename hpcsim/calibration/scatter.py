"""A step scattered over many tasks on a pool of cores: waves, the tail, and the file system.

N equal-sized tasks of s seconds on P slots: whole waves are full, the last is not; the slots then
wait for the longest task. A file system serves its operations at a rate W of tasks a second and no
faster; what tasks wait beyond that is wall time, and a part of it (kernel and runtime spinning)
shows as processor time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    """N tasks of a mean length (s) and a longest one, on slots of `cores` cores."""

    tasks: int
    mean_s: float
    longest: float = 1.0
    cores: int = 1


@dataclass(frozen=True)
class Limits:
    """Of the place: tasks a second that the file system serves, share of waits that spins, start.

    `lost` is the share of a slot's time between two tasks.
    """

    tasks_per_s: float = math.inf
    spin: float = 0.0
    lost: float = 0.0


@dataclass(frozen=True)
class Ran:
    """What came out: wall seconds, processor seconds over allocated ones."""

    wall_s: float
    efficiency: float


def run(step: Step, cores: int, limits: Limits) -> Ran:
    """The step on `cores` cores."""
    slots = max(1, cores // step.cores)
    each = step.mean_s * (1 + limits.lost)
    waves = step.tasks / slots
    # The last wave is on average half a longest task behind; one wave alone ends with its longest.
    tail = step.mean_s * (step.longest - 1) if waves <= 1 else step.mean_s * step.longest / 2
    alone = max(each, waves * each) + tail * min(1.0, waves)
    served = step.tasks / limits.tasks_per_s
    wall = max(alone, served)
    busy = step.tasks * step.mean_s * step.cores
    waited = max(0.0, wall - alone) * slots * step.cores
    return Ran(wall, (busy + limits.spin * waited) / (cores * wall))


def fit(
    tasks: int, processor_s: float, measured: Sequence[tuple[int, float, float]]
) -> tuple[Step, Limits]:
    """(step, limits) from runs of (cores, wall s, efficiency); `processor_s` is of the least one.

    Three numbers are fitted to all of them by least squares of relative errors in wall time and of
    differences in efficiency: the file system's rate, the spinning share, the time between tasks.
    """
    from scipy.optimize import least_squares

    step = Step(tasks, processor_s / tasks, longest=1.0)

    def residuals(x: np.ndarray) -> np.ndarray:
        limits = Limits(float(np.exp(x[0])), float(x[1]), float(x[2]))
        out = []
        for cores, wall, efficiency in measured:
            ran = run(step, cores, limits)
            out += [ran.wall_s / wall - 1, ran.efficiency - efficiency]
        return np.array(out)

    start = np.array([math.log(tasks / min(wall for _, wall, _ in measured)), 0.4, 0.02])
    bounds = ([start[0] - 1, 0.0, 0.0], [start[0] + 1, 1.0, 0.2])
    found = least_squares(residuals, start, bounds=bounds).x
    return step, Limits(float(np.exp(found[0])), float(found[1]), float(found[2]))
