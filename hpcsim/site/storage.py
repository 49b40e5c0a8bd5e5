"""Storage: tiers, disks and how full they are at the start."""

from __future__ import annotations

from pydantic import Field

from .types import Count, Named, NotNegative, Part, Positive, Share, Tables, Text, Whole


class Tier(Named):
    """One tier of storage."""

    usable_pb: Positive = Field(description="usable capacity, PB (10^15 bytes)")
    read_gbs: Positive = Field(description="aggregate read bandwidth, GB/s")
    write_gbs: Positive = Field(description="aggregate write bandwidth, GB/s")
    create_ops: Whole = Field(default=0, description="file creations a second; 0 unknown")
    stat_ops: Whole = Field(default=0, description="file look-ups a second; 0 unknown")
    media: Text = Field(default="", description="what it is made of")
    start_fill: Share = Field(default=0.0, description="share in use at the start")
    idle_kw: NotNegative = Field(default=0.0, description="draw, kW")


class Disks(Part):
    """The disks behind the tiers, for replacements and rebuilds."""

    count: Count = Field(description="disks")
    annual_failure_rate: Share = Field(description="share replaced a year")
    weibull_shape: Positive = Field(default=1.0, description="shape of the gaps in the cluster")


class Storage(Part):
    """All storage of the site."""

    tiers: Tables[Tier] = Field(default=(), description="tiers, as in `[storage.tiers.hot]`")
    disks: Disks | None = Field(default=None, description="the disks behind the tiers")
