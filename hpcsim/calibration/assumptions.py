"""What no measurement on one node can tell, as factors with intervals; a study draws them too."""

from __future__ import annotations

from collections.abc import Mapping

from .classes import shipped, spread_of
from .clock import CLOCK_SHARE
from .estimate import Estimate, within

VECTOR_CLOCK = "vector_clock"
REFERENCE = "reference_clock:"
CLASS = "class:"
NETWORK = "network"
STORAGE = "storage"


def defaults() -> Mapping[str, Estimate]:
    """All assumptions; a factor of 1 leaves the site file and the class file as they are."""
    found = {
        VECTOR_CLOCK: within(1.0, CLOCK_SHARE, "1", "clock that wide vectors hold"),
        NETWORK: within(1.0, 0.15, "1", "time of messages as the site file gives it"),
        STORAGE: within(1.0, 0.20, "1", "time in files as the site file gives it"),
    }
    for name, reference in shipped().references.items():
        if reference.clock_ghz is not None:
            value, low, high = reference.clock_ghz
            found[f"{REFERENCE}{name}"] = Estimate(
                value=1.0, low=low / value, high=high / value, unit="1", basis="assumed",
                note=reference.note,
            )  # fmt: skip
    for kind in shipped().classes.values():
        found[f"{CLASS}{kind.name}"] = spread_of(kind)
    return found


def value(assumptions: Mapping[str, Estimate], name: str) -> float:
    """The central value of an assumption, 1 where a calibration does not have it."""
    found = assumptions.get(name)
    return found.value if found is not None else 1.0
