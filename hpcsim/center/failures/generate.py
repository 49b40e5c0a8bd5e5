"""Outages drawn from a site's failure settings, and those that it plans."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hpcsim.errors import InputError, Problem
from hpcsim.site import Site
from hpcsim.site.failures import Maintenance, Source
from hpcsim.site.layout import Layout, layout
from hpcsim.units import DAY_S, HOUR_S

from .outages import Floats, Ints, Outages, from_columns, join, none

MOST_OUTAGES = 20_000_000

# Start, end, node and number of each outage, a row for each of its nodes.
Columns = tuple[Floats, Floats, Ints, Ints]


def outages(site: Site, rng: np.random.Generator, horizon_s: float) -> Outages:
    """All outages of `site` that begin before `horizon_s`: failures and maintenance."""
    return join(failures(site, rng, horizon_s), maintenance(site, horizon_s))


def failures(site: Site, rng: np.random.Generator, horizon_s: float) -> Outages:
    """Failures of `site` that begin before `horizon_s`.

    Each unit (a node, a rack, the nodes under a switch, the site) of each source is an alternating
    renewal process, independent of the others: Weibull gaps from a repair to the next failure,
    lognormal repairs (Schroeder and Gibson, DSN 2006). A source has its own random stream and a
    unit its own place in it, so a longer horizon adds failures and changes none.
    """
    nodes = layout(site)
    aged = site.failures.start == "aged"
    sources = site.failures.sources
    drawn = []
    for source, own in zip(sources, rng.spawn(len(sources)), strict=True):
        members, sizes = _units(source, nodes, site)
        _refuse_endless(source, len(sizes), horizon_s)
        unit, start, end = renewals(source, len(sizes), own, horizon_s, aged=aged)
        drawn.append(_spread(unit, start, end, members, sizes))
    return _together(drawn, tuple(source.name for source in sources))


def maintenance(site: Site, horizon_s: float) -> Outages:
    """The planned windows of `site` that begin before `horizon_s`."""
    windows = site.failures.maintenance
    nodes = layout(site)
    drawn = []
    for window in windows:
        start = window_starts(window, horizon_s)
        affected = _eligible(window.node_types, nodes, site)
        unit = np.zeros(len(start), np.int32)
        end = start + window.duration_h * HOUR_S
        drawn.append(_spread(unit, start, end, affected, np.array([len(affected)])))
    return _together(drawn, tuple(f"maintenance:{window.name}" for window in windows))


def window_starts(window: Maintenance, horizon_s: float) -> Floats:
    """When the windows before `horizon_s` begin, seconds."""
    first = window.first_d * DAY_S
    if first >= horizon_s:
        return np.empty(0)
    if window.every_d is None:
        return np.array([first])
    if (horizon_s - first) / (window.every_d * DAY_S) > MOST_OUTAGES:
        raise InputError(f"maintenance {window.name}: every_d is too short to be meant")
    return np.arange(first, horizon_s, window.every_d * DAY_S)


def renewals(
    source: Source, units: int, rng: np.random.Generator, horizon_s: float, *, aged: bool
) -> tuple[Ints, Floats, Floats]:
    """Unit, start and end of each failure of `units` alike units, in rounds of one failure each."""
    if aged:
        up_until, repair = _first(source, units, rng)
    else:
        up_until, repair = _gaps(source, units, rng), _repairs(source, units, rng)
    found_unit, found_start, found_end = [], [], []
    while (failed := np.flatnonzero(up_until < horizon_s)).size:
        found_unit.append(failed.astype(np.int32))
        found_start.append(up_until[failed])
        found_end.append(up_until[failed] + repair[failed])
        # All units draw in each round, also those that are past the horizon.
        up_until = up_until + repair + _gaps(source, units, rng)
        repair = _repairs(source, units, rng)
    if not found_unit:
        return np.empty(0, np.int32), np.empty(0), np.empty(0)
    return np.concatenate(found_unit), np.concatenate(found_start), np.concatenate(found_end)


def _gaps(source: Source, units: int, rng: np.random.Generator) -> Floats:
    return rng.weibull(source.weibull_shape, units) * (source.weibull_scale_h * HOUR_S)


def _repairs(source: Source, units: int, rng: np.random.Generator) -> Floats:
    return rng.lognormal(source.repair_ln_mu, source.repair_ln_sigma, units) * HOUR_S


def _first(source: Source, units: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """When each unit fails first and how long for, seen from a moment in the midst of its life.

    A moment falls into a gap with a probability proportional to the gap's length, and anywhere in
    it. Weighted so by its length, a Weibull gap of shape k is scale x G^(1/k) with G from
    Gamma(1 + 1/k), and a lognormal repair has sigma^2 added to mu. A unit that is down at the
    moment fails at 0 for what is left of its repair.
    """
    shape, sigma = source.weibull_shape, source.repair_ln_sigma
    gap = rng.gamma(1 + 1 / shape, size=units) ** (1 / shape) * source.weibull_scale_h
    repair = rng.lognormal(source.repair_ln_mu + sigma**2, sigma, units)
    passed = rng.random(units)
    down = rng.random(units) >= source.availability
    up_until = np.where(down, 0.0, passed * gap * HOUR_S)
    return up_until, np.where(down, passed * repair * HOUR_S, _repairs(source, units, rng))


def _refuse_endless(source: Source, units: int, horizon_s: float) -> None:
    cycles = horizon_s / ((source.mtbf_h + source.mean_repair_h) * HOUR_S)
    if not math.isfinite(horizon_s) or units * cycles > MOST_OUTAGES:
        message = f"failure source {source.name} would give more than {MOST_OUTAGES:,} failures"
        raise InputError(Problem(message, value=f"mtbf_h = {source.mtbf_h:g}"))


def _eligible(node_types: tuple[str, ...], nodes: Layout, site: Site) -> Ints:
    wanted = [not node_types or kind.name in node_types for kind in site.nodes]
    return np.flatnonzero(np.array(wanted)[nodes.node_type]).astype(np.int32)


def _units(source: Source, nodes: Layout, site: Site) -> tuple[Ints, NDArray[np.int64]]:
    """The eligible nodes with those of one unit side by side, and how many each unit has."""
    eligible = _eligible(source.node_types, nodes, site)
    unit = {
        "node": np.arange(len(nodes.node_type)),
        "rack": nodes.rack,
        "switch": nodes.switch[0] if len(nodes.switch) else nodes.rack,
        "site": np.zeros(len(nodes.node_type), np.int32),
    }[source.scope][eligible]
    _, sizes = np.unique(unit, return_counts=True)
    return eligible[np.argsort(unit, kind="stable")], sizes


def _spread(
    unit: Ints, start: Floats, end: Floats, members: Ints, sizes: NDArray[np.int64]
) -> Columns:
    """A row for each node of each failed unit, from a row for each failure."""
    count = sizes[unit]
    failure = np.repeat(np.arange(len(unit), dtype=np.int32), count)
    within = np.arange(len(failure)) - np.repeat(np.cumsum(count) - count, count)
    first = np.cumsum(sizes) - sizes
    return start[failure], end[failure], members[first[unit[failure]] + within], failure


def _together(drawn: list[Columns], causes: tuple[str, ...]) -> Outages:
    found = none()
    for (start, end, node, failure), cause in zip(drawn, causes, strict=True):
        rows = np.zeros(len(node), np.int32)
        found = join(found, from_columns(start, end, node, rows, failure, (cause,)))
    return found
