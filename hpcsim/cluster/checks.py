"""Whether machine, policy, cycle, estimates and placement go together, told all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hpcsim.errors import InputError, Problem, nearest

from . import placement as placements
from .estimates import ESTIMATES
from .loop import EVERY_EVENT, EVERY_INSTANT
from .machine import Machine
from .policy import CONSERVATIVE, Policy, part_names

if TYPE_CHECKING:
    from .rulebook import Rulebook


def period_of(cycle: str | float) -> float:
    """The cycle as the event loop writes it; InputError if it is none."""
    if cycle == "event":
        return EVERY_EVENT
    if cycle == "instant":
        return EVERY_INSTANT
    try:
        period = float(cycle)
    except ValueError:
        period = -1.0
    if not (0 < period < np.inf):
        raise InputError(
            Problem("no such cycle", value=str(cycle), rule="event, instant or a number of seconds")
        )
    return period


def check(
    machine: Machine,
    policy: Policy,
    cycle: str | float,
    estimates: str,
    placement: str,
    *,
    sharing: bool = False,
    rulebook: Rulebook | None = None,
) -> None:
    """Raise InputError with everything that is wrong; `sharing` says that jobs share storage."""
    problems = []
    cores = machine.total_cores
    if not 0 < cores < 2**31:
        problems.append(
            Problem("a machine has at least one core", value=str(cores), rule="1 to 2,147,483,647")
        )
    if estimates not in ESTIMATES:
        problems.append(
            Problem("no such estimates", value=estimates, rule="one of " + ", ".join(ESTIMATES))
        )
    if placement not in part_names(placements):
        known = [name for name in part_names(placements) if name != "nowhere"]
        problems.append(
            Problem("no such placement", value=placement, rule=nearest(placement, known))
        )
    if rulebook is not None and policy.dynamic and rulebook.tiers > 1:
        problems.append(
            Problem(
                f"{policy.name} has keys without bounds, so partitions have no tiers under it",
                hint="choose an order that stands still, such as easy, or multifactor-easy",
            )
        )
    if policy.backfill == CONSERVATIVE:
        problems += _conservative_problems(machine, policy, cycle, sharing=sharing)
    if problems:
        raise InputError(problems)


def _conservative_problems(
    machine: Machine, policy: Policy, cycle: str | float, *, sharing: bool
) -> Iterator[Problem]:
    if period_of(cycle) != EVERY_EVENT:
        yield Problem(
            f"{policy.name} plans at each event, so a cycle does not apply",
            value=str(cycle),
            hint="leave --cycle out, or choose a policy that decides in passes, such as easy",
        )
    if machine.by_node:
        yield Problem(
            f"{policy.name} plans with one pool of cores, not with nodes",
            hint="use --cores instead of --site, or a policy such as easy",
        )
    if sharing:
        yield Problem(
            f"{policy.name} plans ends that do not move, so its jobs cannot share storage",
            hint="leave storage out, or choose a policy such as easy",
        )
