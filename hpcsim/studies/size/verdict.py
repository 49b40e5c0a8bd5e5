"""Whether a capacity is enough: targets met in so large a part of all futures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..statistics import Estimate
from ..statistics.shares import share_of
from ..statistics.student import mean_over
from ..study.metric import Target
from ..study.study import Changes, Study

ROUND = 10  # runs between two looks; fixed, so that the runs do not depend on the workers


@dataclass(frozen=True)
class Verdict:
    """How a point did: runs made, runs in which all targets were met, means by target.

    `share` is the part of runs that met them; the runs were given up early where they could not
    change `enough` any more.
    """

    changes: Changes
    enough: bool
    runs: int
    met: int
    share: Estimate
    means: dict[str, Estimate]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "changes": dict(self.changes),
            "enough": self.enough,
            "runs": self.runs,
            "met": self.met,
            "share": self.share.as_dict(),
            "figures": {name: each.as_dict() for name, each in self.means.items()},
        }


def judged(
    study: Study, changes: Changes, targets: Sequence[Target], confidence: float, runs: int
) -> Verdict:
    """Whether all targets are met in at least `confidence` of `runs` replications.

    The runs are made in rounds, and no more of them than decide the matter: a point at which more
    runs have missed a target than may is given up. A run that failed has met nothing.
    """
    allowed = most_missed(runs, confidence)
    made = 0
    while True:
        made = min(runs, made + ROUND)
        study.run([changes], range(made))
        held = _held(study, changes, targets, made)
        met = int(held.sum())
        if made - met > allowed or made == runs or met >= runs - allowed:
            break
    means = {
        str(target.metric): mean_over(study.values(target.metric, changes, made))
        for target in targets
    }
    return Verdict(changes, made - met <= allowed, made, met, share_of(met, made), means)


def most_missed(runs: int, confidence: float) -> int:
    """In how many of `runs` the targets may be missed."""
    return math.floor(runs * (1 - confidence) + 1e-9)


def _held(study: Study, changes: Changes, targets: Sequence[Target], runs: int) -> np.ndarray:
    held = np.ones(runs, bool)
    for target in targets:
        values = study.values(target.metric, changes, runs)
        held &= np.array([target.is_met(float(value)) for value in values])
    return held
