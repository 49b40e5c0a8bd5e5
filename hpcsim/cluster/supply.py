"""The power that nodes are supplied with, and what jobs make of it, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .power import CARD, DRAW, FEED, SLEEP
from .state import State, records

Floats = NDArray[np.float64]
LEAST_IDLE_S = 60.0
MOST_SLEEPS = 8_000_000


@dataclass(frozen=True, eq=False)
class Supply:
    """Columns over N nodes and K node types, and what the site allows.

    `rest_w`, `core_rest_w` (of these watts what one core answers for), `boot_w`, `boot_s`,
    `kind`: [N]; `core_watts`: [W, K], what one core's work adds, by class of work and node type;
    `cards`: `power.CARD`, what else draws watts when a job holds it; `cap_w` and `off_after_s` are
    infinite for none.
    """

    rest_w: Floats
    core_rest_w: Floats
    boot_w: Floats
    boot_s: Floats
    kind: NDArray[np.int32]
    core_watts: Floats
    cards: NDArray[np.void] = field(default_factory=lambda: records(CARD, 0))
    cap_w: float = np.inf
    off_after_s: float = np.inf

    def never(self, jobs: NDArray[np.void], work: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which jobs, rows of the state with such work, the cap could never let start."""
        most = jobs["cores"] * self.core_watts.max(axis=1)[work]
        nodes = jobs["nodes"]
        for card in self.cards:
            held = (jobs["node_gres"] >> card["shift"]) & card["most"]
            most = most + nodes * held * card["any_w"]
        if np.isfinite(self.off_after_s):
            most = np.maximum(most, nodes * np.max(self.boot_w - self.rest_w))
        return np.asarray(self.rest_w.sum() + most > self.cap_w)


def with_supply(state: State, supply: Supply, work: NDArray[np.int32], span_s: float) -> State:
    """The state in which watts are counted; `work` is the class of each job handed in so far.

    There is room for the sleeps of `span_s` seconds.
    """
    feeds = records(FEED, len(supply.rest_w))
    for name in ("rest_w", "core_rest_w", "boot_w", "boot_s", "kind"):
        feeds[name] = getattr(supply, name)
    draws = records(DRAW, len(state.jobs))
    draws["work"][: len(work)] = work
    sleeps = 0
    if np.isfinite(supply.off_after_s):
        by_time = len(feeds) * (span_s / max(supply.off_after_s, LEAST_IDLE_S) + 2)
        by_jobs = float(state.jobs["nodes"][: len(work)].sum(dtype=np.int64)) + len(feeds)
        sleeps = int(min(by_time, by_jobs if len(work) else by_time, MOST_SLEEPS))
    world = state.world
    world["powered"] = 1
    world["node_w"] = world["peak_w"] = supply.rest_w.sum()
    world["cap_w"] = supply.cap_w
    world["off_after"] = supply.off_after_s
    world["rationed"] = np.isfinite(supply.cap_w) or np.isfinite(supply.off_after_s)
    core_watts = np.ascontiguousarray(supply.core_watts)
    return state._replace(
        feeds=feeds,
        draws=draws,
        core_watts=core_watts,
        cards=supply.cards,
        sleeps=records(SLEEP, sleeps),
    )
