"""Advance reservations: nodes that are kept for some users for a while."""

from __future__ import annotations

from pydantic import Field

from .types import Name, Named, NotNegative, Positive, Text


class Reservation(Named):
    """Nodes kept from a time on for the jobs that ask for the reservation by its name."""

    nodes: tuple[Text, ...] = Field(
        default=(), description='node types, or some of their nodes as "thin[0-99,120]"; empty: all'
    )
    first_d: NotNegative = Field(description="begin after the start, d")
    every_d: Positive | None = Field(default=None, description="time between begins, d; none: once")
    duration_h: Positive = Field(description="length, h")
    users: tuple[Name, ...] = Field(default=(), description="who may use it; empty: all")
    accounts: tuple[Name, ...] = Field(default=(), description="which accounts; empty: all")
