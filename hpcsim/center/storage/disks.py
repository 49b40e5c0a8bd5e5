"""Disks that fail, and the bandwidth that their rebuilds take; no data is lost."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from hpcsim.units import HOUR_S, YEAR_S

from .settings import StorageSettings
from .traffic import Traffic


@dataclass
class Rebuild:
    """One disk's failure and the end of its rebuild."""

    tier: str
    failed_s: float
    rebuilt_s: float = math.inf


class Disks:
    """A renewal process of failures in each tier (gaps are Weibull: failures come in groups)."""

    def __init__(
        self,
        env: simpy.Environment,
        settings: StorageSettings,
        traffic: Traffic,
        rng: np.random.Generator,
    ) -> None:
        self.env, self.settings, self.traffic = env, settings, traffic
        self.rebuilds: list[Rebuild] = []
        self.rebuilding = dict.fromkeys(settings.tiers, 0)
        self.most_rebuilding = dict.fromkeys(settings.tiers, 0)
        streams = rng.spawn(len(settings.tiers))
        self._streams = dict(zip(settings.tiers, streams, strict=True))

    def start(self) -> None:
        """Register a process a tier that has disks that fail."""
        for name, tier in self.settings.tiers.items():
            if tier.disks * tier.annual_failure_rate > 0:
                self.env.process(self._fail(name))

    def _fail(self, tier: str) -> Generator[simpy.Event, Any, None]:
        limits, shape = self.settings.tiers[tier], self.settings.gap_shape
        mean = YEAR_S / (limits.disks * limits.annual_failure_rate)
        scale = mean / math.gamma(1 + 1 / shape)
        while True:
            yield self.env.timeout(scale * self._streams[tier].weibull(shape))
            self.env.process(self._rebuild(tier))

    def _rebuild(self, tier: str) -> Generator[simpy.Event, Any, None]:
        rebuild = Rebuild(tier, self.env.now)
        self.rebuilds.append(rebuild)
        self._change(tier, 1)
        yield self.env.timeout(self.settings.rebuild_h * HOUR_S)
        rebuild.rebuilt_s = self.env.now
        self._change(tier, -1)

    def _change(self, tier: str, more: int) -> None:
        self.rebuilding[tier] += more
        self.most_rebuilding[tier] = max(self.most_rebuilding[tier], self.rebuilding[tier])
        lost = self.rebuilding[tier] * self.settings.rebuild_share
        self.traffic.slow_down(tier, "rebuilds", min(lost, self.settings.most_rebuild_share))
