"""Steps in a history: where a measurement changed for good, beyond what it varies anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .results import Result, in_beats

LEAST_BEFORE = 4
LEAST_AFTER = 2
LEAST_CHANGE = 0.025
ALPHA = 0.01
PERMUTATIONS = 2_000
TO_SIGMA = 1.4826
FLOOR = 0.002
# A value counts for at most this many spreads from the median of those around it.
FAR = 3.0
REACH = 2


@dataclass(frozen=True)
class Change:
    """From run `index` on (0 is the first), times are `ratio` of what they were before."""

    index: int
    ratio: float
    p: float

    @property
    def slower(self) -> bool:
        """Whether it is a regression."""
        return self.ratio > 1.0


def steadier(results: Sequence[Result]) -> np.ndarray:
    """One time a session, by whichever way to take it varies least from session to session.

    That is the median or the best of the samples, or of their processor time, or the median in
    beats of the core's clock, where all sessions have them. On a shared machine the best and the
    processor time vary less, on a quiet one the median, where the clock moves the beats; a slower
    program raises all of them.
    """
    ways = [[_middle(result) for result in results], [_best(result) for result in results]]
    if all(result.cpu_s for result in results):
        ways += [[float(f(result.cpu_s)) for result in results] for f in (np.median, np.min)]
    beats = [in_beats(result) for result in results]
    if all(beats):
        ways.append([float(np.median(each)) for each in beats])
    return min((np.array(way) for way in ways), key=_jitter)


def noise(times: np.ndarray) -> float:
    """How much a time varies from session to session, relative, steps left out; 0 under three."""
    if times.size < 3:
        return 0.0
    return _jitter(times)


def changes(times: np.ndarray, seed: int = 0) -> list[Change]:
    """The steps of a series of times, in order; none where it is too short to tell.

    The strongest step is looked for, tested against random orders of the same times, and the
    parts on its sides are searched again. One or two sessions far from those around them are no
    step.
    """
    logs = _calmed(np.log(np.asarray(times, dtype=float)))
    found = _split(logs, 0, np.random.default_rng(seed))
    return sorted(found, key=lambda change: change.index)


def _calmed(logs: np.ndarray) -> np.ndarray:
    """Values drawn in to what those around them allow; a step, which keeps its level, stays."""
    if logs.size < 3:
        return logs
    around = [logs[max(0, i - REACH) : i + REACH + 1] for i in range(logs.size)]
    middle = np.array([np.median(window) for window in around])
    far = FAR * max(_jitter(np.exp(logs)), FLOOR)
    return np.clip(logs, middle - far, middle + far)


def _split(logs: np.ndarray, offset: int, rng: np.random.Generator) -> list[Change]:
    if logs.size < LEAST_BEFORE + LEAST_AFTER:
        return []
    strengths, shifts = _strengths(logs[None, :])
    at = int(np.argmax(strengths[0]))
    orders = rng.permuted(np.tile(logs, (PERMUTATIONS, 1)), axis=1)
    beyond = np.count_nonzero(_strengths(orders)[0].max(axis=1) >= strengths[0, at] * (1 - 1e-12))
    p = (1 + int(beyond)) / (1 + PERMUTATIONS)
    shift = float(shifts[0, at])
    if p > ALPHA or abs(shift) < np.log1p(LEAST_CHANGE):
        return []
    index = at + LEAST_BEFORE
    return [
        *_split(logs[:index], offset, rng),
        Change(offset + index, float(np.exp(shift)), p),
        *_split(logs[index:], offset + index, rng),
    ]


def _strengths(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row and each allowed split: the t statistic's size, and the shift of the mean."""
    n = rows.shape[1]
    splits = np.arange(LEAST_BEFORE, n - LEAST_AFTER + 1)
    sums, squares = np.cumsum(rows, axis=1), np.cumsum(rows**2, axis=1)
    left, right = splits, n - splits
    first = sums[:, splits - 1]
    second = sums[:, -1:] - first
    shift = second / right - first / left
    within = squares[:, -1:] - first**2 / left - second**2 / right
    sigma = np.sqrt(np.maximum(within / (n - 2), FLOOR**2))
    return np.abs(shift) / (sigma * np.sqrt(1 / left + 1 / right)), shift


def _jitter(times: np.ndarray) -> float:
    """The spread of neighbours' differences, which a step does not touch."""
    if times.size < 2:
        return 0.0
    steps = np.abs(np.diff(np.log(times)))
    return float(TO_SIGMA * np.median(steps) / np.sqrt(2))


def _middle(result: Result) -> float:
    if result.summary is not None:
        return result.summary.median_s
    return _printed(result)


def _best(result: Result) -> float:
    if result.summary is not None:
        return result.summary.best_s
    return _printed(result)


def _printed(result: Result) -> float:
    """Another program's figure as something that grows as it gets worse."""
    assert result.figure is not None
    value = max(result.figure.value, 1e-300)
    return 1 / value if result.figure.higher_is_better else value
