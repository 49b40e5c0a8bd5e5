"""Two sessions beside each other: what is slower for certain, and what is only noise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .results import DISTURBED, IDLE_SHARE, Result, idle_share, in_beats

Judgement = Literal["slower", "faster", "same", "unsure"]

ALPHA = 0.01
LEAST_CHANGE = 0.03
NOISES = 3.0
# Waiting for a core empties caches, which even processor time shows: so much more of a change is
# needed for each share of the time that a program had to wait.
WAITING = 0.5
FEW = 4


@dataclass(frozen=True)
class Comparison:
    """One measurement of both sessions.

    `ratio` is the time now over the time before, median over median, `best_ratio` the same of
    the best; `p` is the rank test's (Mann-Whitney, two-sided); `bound` is the relative change
    that had to be passed. Where one of the two had to wait for a core, processor times are
    compared. Where the clock was felt, samples in its beats must say the same.
    """

    key: str
    before: Result
    after: Result
    ratio: float
    best_ratio: float
    p: float
    bound: float
    judgement: Judgement


def compare(
    before: Sequence[Result],
    after: Sequence[Result],
    noise: Mapping[str, float] | None = None,
    disturbed: bool = False,
) -> list[Comparison]:
    """Every measurement that both sessions have, verified, in the order of the later one.

    `noise` is how much a measurement's median is known to vary from session to session
    (relative, see changes.noise); without it only the least change of 3 % stands in its place.
    Where one of the sessions was disturbed, a smaller change than a tenth more is unsure.
    """
    old = {result.key: result for result in before if result.figure is not None}
    return [
        _compared(old[result.key], result, (noise or {}).get(result.key, 0.0), disturbed)
        for result in after
        if result.figure is not None and result.key in old
    ]


def _compared(before: Result, after: Result, noise: float, disturbed: bool) -> Comparison:
    by_processor = _comparable_cpu(before, after)
    first, second = _times(before, by_processor), _times(after, by_processor)
    ratio = float(np.median(second) / np.median(first))
    best_ratio = float(second.min() / first.min())
    bound = max(LEAST_CHANGE, NOISES * noise)
    certain = bound + WAITING * max(_idle(before), _idle(after)) + DISTURBED * disturbed
    p = _rank_test(first, second)
    judgement = _judged(first, second, p, bound, certain)
    beats = np.array(in_beats(before)), np.array(in_beats(after))
    if all(each.size for each in beats):
        judgement = _both(judgement, _judged(*beats, _rank_test(*beats), bound, certain))
    return Comparison(before.key, before, after, ratio, best_ratio, p, certain, judgement)


def _both(by_time: Judgement, by_clock: Judgement) -> Judgement:
    """A slower program takes longer in seconds and in beats; a slower clock only in seconds."""
    if by_time == by_clock:
        return by_time
    return "same" if "same" in (by_time, by_clock) else "unsure"


def _comparable_cpu(before: Result, after: Result) -> bool:
    """Whether processor time has to stand for time, as one of them had to wait for a core."""
    both = before.cpu_s and after.cpu_s
    return bool(both) and max(_idle(before), _idle(after)) > 0


def _idle(result: Result) -> float:
    """The share of the time without a core; 0 if it is no more than a timer's tick."""
    share = idle_share(result.samples_s, result.cpu_s) if result.cpu_s else 0.0
    return share if share > IDLE_SHARE else 0.0


def _times(result: Result, by_processor: bool) -> np.ndarray:
    """Seconds a run; for another program's figure, something that grows as it gets worse."""
    if by_processor:
        return np.array(result.cpu_s)
    if result.samples_s:
        return np.array(result.samples_s)
    assert result.figure is not None
    value = result.figure.value
    return np.array([1 / value if result.figure.higher_is_better and value else value])


def _rank_test(first: np.ndarray, second: np.ndarray) -> float:
    if first.size < 2 or second.size < 2:
        return 1.0
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(first, second, alternative="two-sided").pvalue)


def _judged(
    first: np.ndarray, second: np.ndarray, p: float, bound: float, certain: float
) -> Judgement:
    """Changed only if the ranks, the middle and the best all say so; unsure if only some do.

    Other work on the machine delays most runs but seldom the best one; a slower program delays
    every run.
    """
    change = math.log(float(np.median(second) / np.median(first)))
    best_change = math.log(float(second.min() / first.min()))
    if abs(change) <= math.log1p(bound):
        return "same"
    if min(first.size, second.size) < FEW:
        return "unsure"
    if p > ALPHA:
        return "same"
    least = math.log1p(certain)
    if abs(change) <= least or change * best_change <= 0 or abs(best_change) <= least / 2:
        return "unsure"
    return "slower" if change > 0 else "faster"
