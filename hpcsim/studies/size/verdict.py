"""Whether a capacity is enough: so large a part of all futures is shown to meet the targets.

Shown means that the runs bound the share from below. That the runs' own share reaches the wanted
one is no more than a toss of a coin: of fresh futures as many would say the opposite.
"""

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
ASSURANCE = 0.95  # the chance with which a capacity that is not enough is found out


@dataclass(frozen=True)
class Verdict:
    """How a point did: runs made, runs in which all targets were met, means by target.

    `share` is the part of runs that met them; no more were made where they could not change
    `enough` any more.
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
    """Whether `runs` replications show that at least `confidence` of all meet all targets.

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
    """In how many of `runs` the targets may be missed; -1 where so few runs show nothing.

    Were the share of all futures below `confidence`, so few misses would come about in less than
    1 - ASSURANCE of all samples (the one-sided bound of Clopper and Pearson, Biometrika 26, 1934).
    """
    from scipy.stats import binom

    missed = int(binom.ppf(1 - ASSURANCE, runs, 1 - confidence))
    # The quantile is the first count that is not rare enough, or one that is by a rounding.
    while missed >= 0 and binom.cdf(missed, runs, 1 - confidence) > 1 - ASSURANCE:
        missed -= 1
    return missed


def fewest_runs(confidence: float) -> int:
    """How many runs that all meet the targets show the share; 59 for 95 %."""
    return math.ceil(math.log(1 - ASSURANCE) / math.log(confidence) - 1e-9)


def _held(study: Study, changes: Changes, targets: Sequence[Target], runs: int) -> np.ndarray:
    held = np.ones(runs, bool)
    for target in targets:
        values = study.values(target.metric, changes, runs)
        held &= np.array([target.is_met(float(value)) for value in values])
    return held
