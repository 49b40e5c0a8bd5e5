"""What breaks, how often and for how long; and when the site is closed by plan."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from .types import Name, Named, NotNegative, Part, Positive, Tables


class Source(Named):
    """One cause of outages: Weibull gaps between a repair and the next, lognormal repairs.

    The shape below 1 (decreasing hazard) and lognormal repairs are those of Schroeder and Gibson,
    "A large-scale study of failures in high-performance-computing systems" (DSN 2006).
    """

    scope: Literal["node", "rack", "switch", "site"] = Field(
        default="node", description="what goes down together"
    )
    node_types: tuple[Name, ...] = Field(default=(), description="which node types; empty: all")
    mtbf_h: Positive = Field(description="mean time from a repair to the next outage of one, h")
    weibull_shape: float = Field(
        default=1.0, strict=True, ge=0.2, le=20, description="shape of the gaps; 1 is exponential"
    )
    mean_repair_h: Positive = Field(description="mean repair, h")
    repair_ln_sigma: float = Field(
        default=1.0, strict=True, ge=0, le=4, description="sigma of the repair's logarithm"
    )

    @property
    def weibull_scale_h(self) -> float:
        """Scale of the Weibull whose mean is mtbf_h, hours."""
        return self.mtbf_h / math.gamma(1 + 1 / self.weibull_shape)

    @property
    def repair_ln_mu(self) -> float:
        """Mean of the logarithm of the repair in hours."""
        return math.log(self.mean_repair_h) - self.repair_ln_sigma**2 / 2

    @property
    def availability(self) -> float:
        """Share of time that one unit is up: MTBF / (MTBF + MTTR)."""
        return self.mtbf_h / (self.mtbf_h + self.mean_repair_h)


class Maintenance(Named):
    """A window in which nodes are down by plan, known to the scheduler beforehand."""

    first_d: NotNegative = Field(description="first window's begin after the start, d")
    every_d: Positive | None = Field(default=None, description="time between begins, d; none: once")
    duration_h: Positive = Field(description="length, h")
    node_types: tuple[Name, ...] = Field(default=(), description="which node types; empty: all")


class Failures(Part):
    """All outages of the site."""

    start: Literal["aged", "new"] = Field(
        default="aged",
        description="whether units at the start are in the midst of their lives or just repaired",
    )
    sources: Tables[Source] = Field(default=(), description="as in `[failures.sources.node]`")
    maintenance: Tables[Maintenance] = Field(
        default=(), description="planned windows, as in `[failures.maintenance.monthly]`"
    )
