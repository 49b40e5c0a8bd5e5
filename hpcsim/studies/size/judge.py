"""Judging the points of one search, each by the futures that were hardest at the others.

All points meet the same futures, so what missed its target at one capacity is likely to miss it at
a smaller one. Asking those futures early changes no verdict: it only gives up sooner what is not
enough.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..statistics.shares import share_of
from ..statistics.student import mean_over
from ..study.metric import Target
from ..study.study import Changes, Study
from .question import Question
from .verdict import Verdict, most_missed

ROUND = 10  # runs between two looks; fixed, so that the runs do not depend on the workers


class Judge:
    """Says of values whether they are enough; `changed` tells what a value stands for."""

    def __init__(self, study: Study, question: Question, changed: Callable[[Any], Changes]) -> None:
        self._study = study
        self._question = question
        self._changed = changed
        self._allowed = most_missed(question.runs, question.confidence)
        self._missed: Counter[int] = Counter()
        self._excess = np.zeros(question.runs)

    def __call__(self, value: Any) -> Verdict:
        """Whether the value is enough, after as many runs as decide it."""
        asked = self._order()
        made, missed = 0, np.zeros(0, bool)
        while made < len(asked) and not self._is_decided(missed):
            made += ROUND
            missed = self._missing(value, asked[:made])
        self._learn(value, asked[:made], missed)
        return self._verdict(value, asked[:made], missed)

    def refuted(self, value: Any) -> Verdict | None:
        """The verdict, where the first futures and the hardest show that it is not enough."""
        asked = self._order()
        for made in (ROUND, 2 * ROUND):
            missed = self._missing(value, asked[:made])
            if missed.sum() > self._allowed:
                return self._verdict(value, asked[:made], missed)
        return None

    def _order(self) -> list[int]:
        """All futures: some as they come, so that points can be compared, the hardest, the rest."""
        runs = self._question.runs
        hardest = sorted(
            range(ROUND, runs),
            key=lambda future: (self._missed[future], self._excess[future]),
            reverse=True,
        )
        return [*range(min(ROUND, runs)), *hardest[:ROUND], *sorted(hardest[ROUND:])]

    def _is_decided(self, missed: npt.NDArray[np.bool_]) -> bool:
        met = len(missed) - missed.sum()
        return bool(missed.sum() > self._allowed or met >= self._question.runs - self._allowed)

    def _missing(self, value: Any, asked: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Whether each future misses a target, after its run; one whose run failed does."""
        changes = self._changed(value)
        self._study.run([changes], asked)
        missed = np.zeros(len(asked), bool)
        for target in self._question.targets:
            missed |= [not target.is_met(each) for each in self._values(target, changes, asked)]
        return missed

    def _values(self, target: Target, changes: Changes, asked: Sequence[int]) -> list[float]:
        values = self._study.values(target.metric, changes, self._question.runs)
        return [float(values[future]) for future in asked]

    def _learn(self, value: Any, asked: Sequence[int], missed: npt.NDArray[np.bool_]) -> None:
        """Which futures are hard: those that missed often, then those that came nearest to it."""
        self._missed.update(itertools.compress(asked, missed))
        if len(asked) < self._question.runs:
            return
        self._excess[:] = -np.inf
        for target in self._question.targets:
            beyond = map(target.excess, self._values(target, self._changed(value), asked))
            self._excess[asked] = np.maximum(self._excess[asked], list(beyond))

    def _verdict(self, value: Any, asked: Sequence[int], missed: npt.NDArray[np.bool_]) -> Verdict:
        made = set(asked)
        told = next(each for each in itertools.count() if each not in made)
        changes = self._changed(value)
        means = {
            str(target.metric): mean_over(self._study.values(target.metric, changes, told))
            for target in self._question.targets
        }
        held = sum(not miss for future, miss in zip(asked, missed, strict=True) if future < told)
        met = len(asked) - int(missed.sum())
        is_enough = len(asked) - met <= self._allowed
        return Verdict(changes, is_enough, len(asked), met, share_of(held, told), means)
