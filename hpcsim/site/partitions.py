"""Partitions: which nodes a job may ask for together, and within which limits."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .mistakes import Mistake, complain
from .types import Count, Name, Named, NotNegative, Positive, Text, Whole

HOUR_S = 3600.0


class Partition(Named):
    """A queue of the scheduler."""

    nodes: tuple[Text, ...] = Field(
        default=(), description='node types, or some of their nodes as "thin[0-99,120]"; empty: all'
    )
    default: bool = Field(default=False, description="where a job goes that names no partition")
    max_time_h: Positive | None = Field(default=None, description="longest limit, h; none: any")
    default_time_h: Positive | None = Field(
        default=None, description="limit of a job that gives none, h; none: max_time_h"
    )
    min_nodes: Count = Field(default=1, description="fewest nodes of a job")
    max_nodes: Count | None = Field(default=None, description="most nodes of a job; none: any")
    max_cores_per_user: Count | None = Field(
        default=None, description="most cores that one user's running jobs hold; none: any"
    )
    allow_users: tuple[Name, ...] = Field(default=(), description="who may use it; empty: all")
    allow_groups: tuple[Name, ...] = Field(default=(), description="which groups; empty: all")
    allow_accounts: tuple[Name, ...] = Field(default=(), description="which accounts; empty: all")
    allow_qos: tuple[Name, ...] = Field(default=(), description="which QOS; empty: all")
    qos: Name | None = Field(default=None, description="QOS whose caps hold for the partition")
    priority_tier: Whole = Field(
        default=1, description="jobs of a higher tier go first whatever their priority"
    )
    priority_factor: NotNegative = Field(
        default=1.0, description="partition factor of multifactor priority, divided by the largest"
    )
    preempt: Literal["off", "requeue", "cancel"] = Field(
        default="off", description="what happens to its running jobs when a higher tier needs room"
    )
    grace_s: NotNegative = Field(default=0.0, description="notice before a preemption, s")
    sharing: Literal["shared", "exclusive"] = Field(
        default="shared", description="whether jobs share nodes or take them whole"
    )

    @model_validator(mode="after")
    def _limits_agree(self) -> Self:
        found = []
        if self.max_nodes is not None and self.min_nodes > self.max_nodes:
            found.append(
                Mistake(
                    ("min_nodes",), f"is above max_nodes = {self.max_nodes}", f"{self.min_nodes}"
                )
            )
        if self.max_time_h and self.default_time_h and self.default_time_h > self.max_time_h:
            value = f"{self.default_time_h:g}"
            found.append(
                Mistake(("default_time_h",), f"is above max_time_h = {self.max_time_h:g}", value)
            )
        complain(found)
        return self

    @property
    def max_time_s(self) -> float:
        """Longest limit in seconds; infinite where there is none."""
        return float("inf") if self.max_time_h is None else self.max_time_h * HOUR_S

    @property
    def default_time_s(self) -> float:
        """Limit of a job that gives none, in seconds."""
        return self.max_time_s if self.default_time_h is None else self.default_time_h * HOUR_S
