"""What users pay."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from .types import ByClass, Name, NotNegative, Part


class Prices(Part):
    """What users pay for what they hold."""

    yuan_per_core_h: ByClass = Field(
        default_factory=lambda: {"default": 0.0},
        description="yuan a core-hour: a number or by customer",
    )
    yuan_per_tb_month: NotNegative = Field(default=0.0, description="yuan a TB and month")
    yuan_per_accelerator_h: Mapping[Name, NotNegative] = Field(
        default_factory=dict, description="yuan an accelerator-hour, by type"
    )
    partition_factors: Mapping[Name, NotNegative] = Field(
        default_factory=dict, description="what a partition's core-hour costs more, factor"
    )
    qos_factors: Mapping[Name, NotNegative] = Field(
        default_factory=dict, description="what a QOS' core-hour costs more, factor"
    )
