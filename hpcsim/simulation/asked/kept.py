"""Nodes that are kept for somebody, or for maintenance, as windows of the scheduler core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from hpcsim.cluster.names import Recurring
from hpcsim.cluster.rules import Rules, Window
from hpcsim.errors import InputError, Problem

if TYPE_CHECKING:
    from hpcsim.site import Site

MOST_WINDOWS = 20_000


def windows_of(kept: Iterable[tuple[int, Recurring]], horizon_s: float) -> list[Window]:
    """All windows that begin before `horizon_s`, of reservations by number, 0 for maintenance."""
    found = []
    for number, each in kept:
        if each.every_s < np.inf and (horizon_s - each.first_s) / each.every_s > MOST_WINDOWS:
            raise InputError(
                Problem(
                    "too many windows",
                    value=each.name,
                    rule=f"at most {MOST_WINDOWS:,}",
                    hint="give a longer every_d",
                )
            )
        found += [
            Window(start, start + each.duration_s, each.nodes, number)
            for start in each.starts(horizon_s)
        ]
    return found


def maintenance_rules(site: Site, horizon_s: float) -> Rules:
    """Nothing starts that would run into a planned window of the site: it drains before."""
    from hpcsim.simulation.site_machine import machine_of

    names = machine_of(site).names
    return Rules(windows=windows_of(((0, each) for each in names.maintenance), horizon_s))
