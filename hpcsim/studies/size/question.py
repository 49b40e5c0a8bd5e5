"""What is asked when something is to be sized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..study.metric import Target
from ..sweep.axes import Axis
from .cost import Price
from .verdict import fewest_runs

DEFAULT_RUNS = 60


@dataclass(frozen=True)
class Question:
    """What is asked: targets, in which part of the futures they must be met, what may vary.

    The first axis is searched, for each combination of the others' values. `prices` decide
    between them; without prices the least of the first axis does. `runs` is at least what can show
    so large a part at all.
    """

    targets: tuple[Target, ...]
    axes: tuple[Axis, ...]
    confidence: float = 0.95
    runs: int = DEFAULT_RUNS
    prices: Mapping[str, Price] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", max(self.runs, fewest_runs(self.confidence)))
