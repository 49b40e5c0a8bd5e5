"""Accounts: the tree of shares, as Slurm's associations."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from .qos import Caps
from .types import Name, Named, Whole

ROOT = "root"


class Account(Named):
    """An account, its share among its siblings, and its users."""

    parent: Name = Field(default=ROOT, description="the account above it; root is always there")
    shares: Whole = Field(default=1, description="share among the accounts of the same parent")
    users: Mapping[Name, Whole] = Field(
        default_factory=dict, description="users and their shares inside the account"
    )
    qos: tuple[Name, ...] = Field(default=(), description="QOS its jobs may use; empty: all")
    default_qos: Name | None = Field(default=None, description="QOS of a job that names none")
    group: Caps = Field(default=Caps(), description="caps over the account and those below it")


def circles(parents: Mapping[str, str]) -> list[str]:
    """The accounts, given each one's parent, from which the way up never ends at the root."""
    turns: dict[str, bool] = {}
    for name in parents:
        way: list[str] = []
        at = name
        while at in parents and at not in turns:
            turns[at] = True
            way.append(at)
            at = parents[at]
        # Who meets an account of this very way, or one that turns, never comes to the root.
        for passed in way:
            turns[passed] = at in parents and turns[at]
    return [name for name, turn in turns.items() if turn]
