"""What the numbers of a machine are called: features, resources, licences, reservations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lane:
    """Where a countable resource stands in `Machine.gres`: its lowest bit, and the most of a node.

    `of`: the lanes from which one of it is taken: its own, and that of all types of its kind.
    """

    shift: int
    most: int
    of: tuple[int, ...]

    def amount(self, count: int) -> int:
        """So many of it, as `Machine.gres` has them."""
        return sum(count << shift for shift in self.of)


@dataclass(frozen=True, eq=False)
class Recurring:
    """Nodes kept for some time, once or every so often; for nobody where it is maintenance."""

    name: str
    first_s: float
    every_s: float
    """Infinite: once."""
    duration_s: float
    nodes: NDArray[np.int32]
    users: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def starts(self, horizon_s: float) -> list[float]:
        """When it begins, before `horizon_s`."""
        if self.every_s == np.inf:
            return [self.first_s] if self.first_s < horizon_s else []
        return np.arange(self.first_s, horizon_s, self.every_s).tolist()


@dataclass(frozen=True, eq=False)
class Names:
    """Names of a machine's numbers; a pool of cores has none."""

    features: Mapping[str, int] = field(default_factory=dict)
    """The bit of each partition and feature in `Machine.mask`; a feature hides a partition."""
    bits: int = 0
    """How many bits are in use."""
    resources: Mapping[str, Lane] = field(default_factory=dict)
    licences: Mapping[str, int] = field(default_factory=dict)
    reservations: tuple[Recurring, ...] = ()
    maintenance: tuple[Recurring, ...] = ()
