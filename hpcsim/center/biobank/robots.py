"""Robots: when each is down, and how long its work takes around that."""

from __future__ import annotations

import numpy as np

from hpcsim.units import HOUR_S

from ..contract import FloatArray
from .settings import BiobankSettings


class Downtimes:
    """One robot's failures: `down_s[i]` to `up_s[i]`, drawn ahead for the whole horizon."""

    def __init__(
        self, settings: BiobankSettings, horizon_s: float, rng: np.random.Generator
    ) -> None:
        mtbf_s, repair_s = settings.robot_mtbf_h * HOUR_S, settings.robot_repair_h * HOUR_S
        wanted = int(1.5 * horizon_s / mtbf_s) + 20 if np.isfinite(mtbf_s) else 0
        gaps = rng.exponential(mtbf_s, wanted) if wanted else np.empty(0)
        repairs = rng.exponential(repair_s, wanted)
        self.up_s: FloatArray = np.cumsum(gaps + repairs)
        self.down_s: FloatArray = self.up_s - repairs

    def up_again(self, now_s: float) -> float:
        """`now_s`, or the end of the repair in which it lies."""
        last = int(np.searchsorted(self.down_s, now_s, side="right")) - 1
        return max(now_s, float(self.up_s[last])) if last >= 0 else now_s

    def work_end(self, start_s: float, work_s: float) -> float:
        """When work of that length, begun while the robot is up, is done; repairs interrupt it."""
        end = start_s + work_s
        next_one = int(np.searchsorted(self.down_s, start_s, side="right"))
        while next_one < len(self.down_s) and self.down_s[next_one] < end:
            end += float(self.up_s[next_one] - self.down_s[next_one])
            next_one += 1
        return end

    def downtime_s(self, until_s: float) -> float:
        """Seconds under repair up to a time."""
        down = np.minimum(self.down_s, until_s)
        return float((np.minimum(self.up_s, until_s) - down).sum())
