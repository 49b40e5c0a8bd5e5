"""The interconnect: levels of switches, latency and bandwidth."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from .mistakes import Mistake, complain
from .types import Count, Named, NotNegative, Part, Positive, Tables, Text


class Level(Named):
    """One level of switches, the one next to the nodes first."""

    nodes: Count = Field(description="nodes below one switch of this level")
    oversubscription: float = Field(
        default=1.0,
        strict=True,
        ge=1,
        le=1000,
        description="bandwidth into the switch from below over bandwidth upward",
    )
    latency_us: NotNegative = Field(
        default=0.0, description="added when a message crosses this level, microseconds"
    )


class Network(Part):
    """The interconnect between nodes."""

    fabric: Text = Field(default="", description="what it is called")
    latency_us: NotNegative = Field(default=0.0, description="MPI latency of two nodes, us")
    bandwidth_gbs: NotNegative = Field(default=0.0, description="bandwidth of a node, GB/s")
    levels: Tables[Level] = Field(
        default=(), description="levels of switches from the nodes up, as `[network.levels.leaf]`"
    )
    idle_kw: NotNegative = Field(default=0.0, description="draw of all switches, kW")
    wan_gbs: Positive | None = Field(default=None, description="link to other sites, GB/s")

    @model_validator(mode="after")
    def _levels_grow(self) -> Self:
        pairs = zip(self.levels, self.levels[1:], strict=False)
        complain(
            [
                Mistake(
                    ("levels", i + 1, "nodes"),
                    f"is not above the {low.nodes} of the level below it",
                    str(high.nodes),
                )
                for i, (low, high) in enumerate(pairs)
                if high.nodes <= low.nodes
            ]
        )
        return self

    def bisection_gbs(self, nodes: int) -> float:
        """Bandwidth between two halves of `nodes` nodes, GB/s, through the narrowest level."""
        narrowing = 1.0
        for level in self.levels:
            if level.nodes < nodes:
                narrowing *= level.oversubscription
        return nodes / 2 * self.bandwidth_gbs / narrowing
