"""Whether a capacity is enough: so large a part of all futures is shown to meet the targets.

Shown means that the runs bound the share from below. That the runs' own share reaches the wanted
one is no more than a toss of a coin: of fresh futures as many would say the opposite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..statistics import Estimate
from ..study.study import Changes

ASSURANCE = 0.95  # the chance with which a capacity that is not enough is found out


@dataclass(frozen=True)
class Verdict:
    """How a point did: runs made, runs in which all targets were met, and whether that is enough.

    No more runs were made than decide it, and those that decide it soonest were made early. So the
    `share` of runs that met all targets and the means by target are of the first futures only, up
    to where the chosen ones begin: those are like any others.
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
